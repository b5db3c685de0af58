"""Are the signatures of `cognito-conformance run` those that botocore would make?

Between the suite and a server stands a proxy that signs each received request once more, with botocore, and compares.
`test_strict_server.py` says how to run this.
"""

import http.client
import http.server
import re
import subprocess
import threading
import unittest
from urllib.parse import urlsplit

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from keys import KEY, PROFILE, REGION, SECRET, TOKEN, with_key

from program import Server, command

AUTHORIZATION = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={KEY}/(?P<day>\d{{8}})/(?P<region>[^/]+)/cognito-idp/aws4_request, "
    r"SignedHeaders=(?P<headers>[^,]+), Signature=(?P<signature>[0-9a-f]{64})"
)
# Some refusals repeat a very long value in a header.
http.client._MAXLINE = 1 << 24
MODEL = botocore.session.get_session().get_service_model("cognito-idp")


def of_botocore(method, url, headers, body, region):
    """The signature that botocore makes of a request whose headers are these."""
    request = AWSRequest(method=method, url=url, data=body, headers=headers)
    request.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(Credentials(KEY, SECRET, TOKEN), "cognito-idp", region)
    return auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)


def may_be_unsigned(operation):
    """Whether botocore sends the operation unsigned; one that it does not know may be both."""
    return operation not in MODEL.operation_names or MODEL.operation_model(operation).auth_type == "none"


class Proxy(http.server.ThreadingHTTPServer):
    """Passes requests on to a server, and keeps account of their signatures."""

    daemon_threads = True

    def __init__(self, behind):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind = urlsplit(behind)
        self.lock = threading.Lock()
        self.seen = {"verified": 0, "unsigned": 0}
        self.wrong, self.unsigned = [], set()

    def judge(self, method, path, headers, body):
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        sent = headers.get("authorization")
        problem = None
        if sent is not None:
            problem = self.compare(AUTHORIZATION.fullmatch(sent), method, path, headers, body)
        with self.lock:
            if sent is None:
                self.unsigned.add(operation)
            if problem:
                self.wrong.append(f"{operation}: {problem}")
            self.seen["unsigned" if sent is None else "verified"] += 1

    def compare(self, said, method, path, headers, body):
        if not said:
            return "the header has another form"
        names = said["headers"].split(";")
        absent = {"host", "x-amz-date", "x-amz-security-token"} - set(names)
        if absent:
            return f"not signed: {absent}"
        url = f"http://{headers['host']}{path}"
        expected = of_botocore(method, url, {name: headers[name] for name in names}, body, said["region"])
        return None if expected == said["signature"] and said["region"] == REGION else "botocore signs otherwise"


class Handler(http.server.BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not self.path.startswith("/_reference/"):
            self.server.judge(self.command, self.path, headers, body)
        behind = self.server.behind
        connection = http.client.HTTPConnection(behind.hostname, behind.port, timeout=30)
        connection.request(self.command, self.path, body, {**headers, "connection": "close"})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_one


class Suite(unittest.TestCase):
    """All requests of a whole run."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.proxy = Proxy(cls.server.url)
        threading.Thread(target=cls.proxy.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{cls.proxy.server_port}"
        words = command("run", "--endpoint-url", url, "--target", str(PROFILE), "--region", REGION)
        cls.ended = subprocess.run(words, env=with_key(TOKEN), capture_output=True, text=True)

    @classmethod
    def tearDownClass(cls):
        cls.proxy.shutdown()
        cls.proxy.server_close()
        cls.server.stop()

    def test_the_run_was_one(self):
        self.assertEqual(self.ended.returncode, 0, self.ended.stdout + self.ended.stderr)

    def test_botocore_makes_the_same_signatures(self):
        print(f"\n{self.proxy.seen}")
        self.assertGreater(self.proxy.seen["verified"], 1000)
        self.assertEqual(self.proxy.wrong, [])

    def test_only_what_needs_no_signature_goes_without(self):
        # Cases of these leave the signature out on purpose: that must be refused.
        devices = {"AdminForgetDevice", "AdminGetDevice", "AdminListDevices", "AdminUpdateDeviceStatus"}
        on_purpose = {"AdminGetUser", "SetUserPoolMfaConfig"} | devices
        signed = {operation for operation in self.proxy.unsigned if not may_be_unsigned(operation)}
        self.assertEqual(signed - on_purpose, set())


class Control(unittest.TestCase):
    """The proxy finds a wrong signature."""

    def test_finds_what_is_wrong(self):
        proxy = Proxy("http://127.0.0.1:1")
        self.addCleanup(proxy.server_close)
        headers = {"host": "h", "x-amz-date": "20260102T030405Z", "x-amz-security-token": TOKEN, "x-amz-target": "a.ListUsers"}
        right = of_botocore("POST", "http://h/", headers, b"{}", REGION)
        for signature, wrong in [(right, 0), (right[::-1], 1)]:
            names = ";".join(sorted(headers))
            scope = f"{KEY}/20260102/{REGION}/cognito-idp/aws4_request"
            said = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"
            proxy.judge("POST", "/", {**headers, "authorization": said}, b"{}")
            self.assertEqual(len(proxy.wrong), wrong)


if __name__ == "__main__":
    unittest.main()
