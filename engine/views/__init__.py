"""What people see of tasks and instances: rows of the store together with what the definition says about them.

Reads only; every view is scoped to its reader, and what he may not see is not found.
"""
