"""Does `run --via aws-cli` judge what the real AWS CLI shows?

    pip install -r tests/clients/aws_cli/requirements.txt    # version 1; or put version 2 on PATH
    python3 -m unittest discover --start-directory tests/clients/aws_cli --verbose

Python 3.10 or later. It runs the program with cargo; set COGNITO_CONFORMANCE to one that is built. It talks to 127.0.0.1 only. A run of the whole
suite takes several minutes: `python3 -m unittest test_via_aws_cli.Suite` in this folder. `cargo test` does not run this.
"""

import contextlib
import http.server
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

sys.path.append(str(pathlib.Path(__file__).parent.parent))

from program import command, environment  # noqa: E402

TOKEN_IS_NONE = "GetUser::token_refused::not_a_jwt"


def program(*words):
    with tempfile.TemporaryDirectory() as state:
        env = environment(XDG_STATE_HOME=state, NO_COLOR="1")
        return subprocess.run(command(*words), capture_output=True, text=True, env=env)


def run(*words):
    """The result of a run as `--format json` has it, and the exit code."""
    ended = program("run", "--via", "aws-cli", "--format", "json", *words)
    return json.loads(ended.stdout), ended.returncode


def outcome(result):
    (case,) = result["cases"]
    return case


@contextlib.contextmanager
def between(answer):
    """An endpoint that passes everything on to the embedded server, but answers GetUser for a token that is none by itself."""
    server = subprocess.Popen(command("serve", "--port", "0"), stdout=subprocess.PIPE, text=True)
    behind = re.search(r"http://\S+", server.stdout.readline())[0]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers["x-amz-target"].endswith(".GetUser") and b"." not in body:
                status, kind, text = answer
                self.reply(status, kind, text.encode())
                return
            headers = {name: self.headers[name] for name in ("x-amz-target", "content-type", "authorization") if self.headers[name]}
            request = urllib.request.Request(behind, data=body, headers=headers)
            try:
                with urllib.request.urlopen(request) as reply:
                    self.reply(reply.status, reply.headers["content-type"], reply.read())
            except urllib.error.HTTPError as reply:
                self.reply(reply.code, reply.headers["content-type"], reply.read())

        def reply(self, status, kind, body):
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    front = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=front.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{front.server_port}"
    finally:
        front.shutdown()
        front.server_close()
        server.terminate()
        server.communicate()


JSON = "application/x-amz-json-1.1"


class Answers(unittest.TestCase):
    """Answers that are wrong in a way that a user of the CLI sees."""

    def told(self, answer):
        with between(answer) as url:
            result, code = run("--exact", TOKEN_IS_NONE, "--endpoint-url", url, "--region", "us-east-1")
        case = outcome(result)
        self.assertEqual(code, 0 if case["outcome"] == "pass" else 1)
        return case["outcome"], [(finding["check"], finding["actual"]) for finding in case["findings"]]

    def test_a_refusal_as_it_should_be(self):
        body = '{"__type": "NotAuthorizedException", "message": "Invalid Access Token"}'
        self.assertEqual(self.told((400, JSON, body)), ("pass", []))

    def test_no_error_type(self):
        self.assertEqual(self.told((400, JSON, '{"message": "no"}')), ("fail", [("tool", "`An error occurred (400)`")]))

    def test_a_page_of_html(self):
        self.assertEqual(self.told((500, "text/html", "<html>")), ("fail", [("tool", "`An error occurred (500)`")]))

    def test_what_the_cli_cannot_read(self):
        (outcome, [(check, actual)]) = self.told((200, JSON, '{"Username": "u", "UserAttributes": "none"}'))
        self.assertEqual((outcome, check), ("fail", "tool"))
        self.assertIn("exit status 255: 'str' object", actual)

    def test_success(self):
        self.assertEqual(self.told((200, JSON, '{"Username": "u", "UserAttributes": []}')), ("fail", [("error", "success")]))


class Commands(unittest.TestCase):
    def test_every_option_is_one_of_the_cli(self):
        """Names of commands and options as the CLI itself makes them, for every operation of the service."""
        from awscli.clidriver import create_clidriver

        driver = create_clidriver()
        service = driver._get_command_table()["cognito-idp"]
        commands = service._get_command_table()
        for name in json.loads(program("list", "--format", "json").stdout):
            shown = program("show", name["name"], "--as", "aws-cli").stdout if name["name"].endswith("base_request_is_accepted") else ""
            for command, options in re.findall(r"aws cognito-idp (\S+) \\\n((?:  .*\n?)*)", shown):
                self.assertIn(command, commands)
                known = set(commands[command].create_help_command().arg_table)
                known |= {f"no-{option}" for option in known} | {"cli-input-json", "endpoint-url", "region"}
                for option in re.findall(r"(?:^|\s)--([a-z-]+)", options):
                    self.assertIn(option, known, f"{command} in {name['name']}")


class Suite(unittest.TestCase):
    def test_the_reference_server_conforms(self):
        result, code = run()
        red = [case["name"] for case in result["cases"] if case["outcome"] not in ("pass", "skipped")]
        self.assertEqual((red, code), ([], 0))
        self.assertIn("aws-cli", result["via"])


if __name__ == "__main__":
    unittest.main()
