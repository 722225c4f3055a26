"""The terminal interface: the only code that knows Textual."""

import os

if os.environ.get("SSH_CONNECTION"):
    # Half the frames for a line that may be slow. Textual reads it when it is imported.
    os.environ.setdefault("TEXTUAL_FPS", "15")
