"""The program under test: its command line, a server of it, and an environment without AWS settings."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).parent.parent.parent


def environment(**more):
    """This process's environment without its own AWS settings, and with those that are given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
    return {**kept, **nowhere, **more}


def command(*words):
    """A command line of the program."""
    built = os.environ.get("COGNITO_CONFORMANCE")
    return [built, *words] if built else ["cargo", "run", "--quiet", "--manifest-path", str(ROOT / "Cargo.toml"), "--", *words]


class Server:
    """`serve` on a free port, until it is stopped."""

    def __init__(self, *words, env=None):
        self.process = subprocess.Popen(command("serve", "--port", "0", *words), env=env or environment(), stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip().rstrip("/")
        if not self.url:
            raise RuntimeError("the server did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()
