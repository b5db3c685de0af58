"""The program under test, and keys that no account has."""

import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent.parent
PROFILE = HERE / "profile.yaml"
REGION = "us-east-1"
KEY, SECRET, TOKEN = "AKIDSTRICT", "strict/secret+key", "a/session+token=="


def environment(**more):
    """This process's environment without its own AWS settings, and with those that are given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
    return {**kept, **nowhere, **more}


def with_key(token=None, **more):
    """An environment that signs with the key, as a client's and as the server's."""
    session = {"AWS_SESSION_TOKEN": token} if token else {}
    return environment(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, **session, **more)


def command(*words):
    """A command line of the program."""
    built = os.environ.get("COGNITO_CONFORMANCE")
    return [built, *words] if built else ["cargo", "run", "--quiet", "--manifest-path", str(ROOT / "Cargo.toml"), "--", *words]


class Server:
    """`serve` on a free port, until it is stopped."""

    def __init__(self, *words, env=None):
        self.process = subprocess.Popen(command("serve", "--port", "0", *words), env=env or environment(), stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()
        if not self.url:
            raise RuntimeError("the server did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()
