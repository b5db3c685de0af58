"""Keys that no account has, and the server that knows them."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parent.parent))

from program import environment  # noqa: E402

PROFILE = pathlib.Path(__file__).parent / "profile.yaml"
REGION = "us-east-1"
KEY, SECRET, TOKEN = "AKIDSTRICT", "strict/secret+key", "a/session+token=="


def with_key(token=None, **more):
    """An environment that signs with the key, as a client's and as the server's."""
    session = {"AWS_SESSION_TOKEN": token} if token else {}
    return environment(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, **session, **more)
