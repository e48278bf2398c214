"""BPMN files of others: what a drawing asks for, told in the words of the language.

A drawing becomes the nodes that a definition written as text would give, and the reader of the language reads them;
so one set of rules and one set of sentences serves both. Refuses to know what happens at run time: which elements are
executed is asked of the runtime.
"""
