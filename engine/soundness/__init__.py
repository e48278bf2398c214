"""The soundness check: what can be said of a definition before anybody runs it.

Front door of the room. Pure: text and a directory's posts go in, problems come out; it refuses to know where definitions
are kept and who asks. Errors refuse a deployment, warnings are shown.
"""

from engine.soundness.calls import check_calls
from engine.soundness.check import check_shape, check_soundness
from engine.soundness.duties import Posts

__all__ = ["Posts", "check_calls", "check_shape", "check_soundness"]
