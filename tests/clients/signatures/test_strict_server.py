"""Does `serve --verify-signatures` take what other people's clients sign, and refuse all else as AWS does?

    pip install -r tests/clients/signatures/requirements.txt
    python3 -m unittest discover --start-directory tests/clients/signatures --verbose

Python 3.10 or later, curl 7.75 or later, and the AWS CLI of requirements.txt on PATH. It runs the program with cargo; set
COGNITO_CONFORMANCE to one that is built. It talks to 127.0.0.1 only. `cargo test` does not run this.
"""

import datetime
import hashlib
import http.client
import json
import subprocess
import unittest
import unittest.mock
from urllib.parse import urlsplit

import boto3
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.client import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from keys import KEY, PROFILE, REGION, SECRET, TOKEN, with_key

from program import Server, command, environment

LIST, BODY = "ListUserPools", b'{"MaxResults":1}'
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."
    " Consult the service documentation for details."
)
INVALID = "InvalidSignatureException"


def signed(url, operation=LIST, body=BODY, key=KEY, secret=SECRET, token=None, region=REGION, service="cognito-idp", late=0, headers=()):
    """The headers of a request as botocore signs it, `late` seconds from now."""
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}", **dict(headers)}
    request = AWSRequest(method="POST", url=url, data=body, headers=headers)
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=late)
    with unittest.mock.patch.object(botocore.auth, "get_current_datetime", return_value=time):
        botocore.auth.SigV4Auth(Credentials(key, secret, token), service, region).add_auth(request)
    return dict(request.headers.items())


def send(url, headers, body=BODY):
    """Sends exactly these headers; answers the status, the error type and the message."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    connection.putrequest("POST", path, skip_accept_encoding=True)
    for name, value in headers.items():
        for one in value if isinstance(value, list) else [value]:
            connection.putheader(name, one)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer.get("__type"), answer.get("message")


class Strict(unittest.TestCase):
    """A server with a long-term key."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server("--verify-signatures", env=with_key())
        cls.url = cls.server.url + "/"

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def accepts(self, headers, body=BODY, url=None):
        self.assertEqual(send(url or self.url, headers, body), (200, None, None))

    def refuses(self, headers, kind, message, body=BODY, url=None):
        status, said, text = send(url or self.url, headers, body)
        self.assertEqual((status, said), (400, kind), text)
        self.assertRegex(text, message)

    def test_accepts_what_botocore_signs(self):
        self.accepts(signed(self.url))
        self.accepts(signed(self.url, headers={"X-Wide": "  a    b ", "User-Agent": "not signed"}))
        self.accepts(signed(self.url, late=-280))
        self.accepts(signed(self.url, late=280))
        self.accepts(signed(self.url, headers={"X-Amz-Content-SHA256": hashlib.sha256(BODY).hexdigest()}))
        self.accepts(signed(self.url, headers={"Date": "replaced by botocore, which leaves x-amz-date out then"}))
        odd = self.url + "a//b/../c%20d?b=2&a=%2F1&empty="
        self.accepts(signed(odd), url=odd)

    def test_joins_a_repeated_header_as_botocore_does(self):
        headers = signed(self.url, headers={"X-Twice": "b,a"})
        self.accepts({**headers, "X-Twice": ["b", "a"]})
        self.refuses({**headers, "X-Twice": ["a", "b"]}, INVALID, MISMATCH)

    def test_takes_all_of_boto3(self):
        client = boto3.client("cognito-idp", REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET, endpoint_url=self.url)
        pool = client.create_user_pool(PoolName="signed by boto3")["UserPool"]["Id"]
        client.admin_create_user(UserPoolId=pool, Username="ann")
        app = client.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]["ClientId"]
        self.assertEqual([user["Username"] for user in client.list_users(UserPoolId=pool)["Users"]], ["ann"])
        with self.assertRaises(client.exceptions.NotAuthorizedException):
            client.get_user(AccessToken="a.b.c")
        with self.assertRaises(client.exceptions.InvalidParameterException):
            client.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={})
        client.delete_user_pool(UserPoolId=pool)

    def test_boto3_sees_the_errors_of_aws(self):
        for key, secret, code in [(KEY, "other", INVALID), ("OTHER", SECRET, "UnrecognizedClientException")]:
            client = boto3.client("cognito-idp", REGION, aws_access_key_id=key, aws_secret_access_key=secret, endpoint_url=self.url)
            with self.assertRaises(ClientError) as caught:
                client.list_user_pools(MaxResults=1)
            self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def test_refuses_what_is_not_signed(self):
        headers = {name: value for name, value in signed(self.url).items() if name != "Authorization"}
        self.refuses(headers, "MissingAuthenticationTokenException", "^Missing Authentication Token$")
        self.refuses({**headers, "Authorization": "Bearer abc"}, "MissingAuthenticationTokenException", "^Missing Authentication Token$")

    def test_says_what_the_header_lacks(self):
        headers = signed(self.url)
        incomplete = "IncompleteSignatureException"
        for name in ["Credential", "SignedHeaders", "Signature"]:
            without = headers["Authorization"].replace(f"{name}=", "Other=")
            self.refuses({**headers, "Authorization": without}, incomplete, f"^Authorization header requires '{name}' parameter. \\(Hashed")
        no_equals = headers["Authorization"].replace("Signature=", "Signature")
        self.refuses({**headers, "Authorization": no_equals}, incomplete, "^Invalid key=value pair \\(missing equal-sign\\)")
        no_date = {name: value for name, value in headers.items() if name != "X-Amz-Date"}
        self.refuses(no_date, incomplete, "requires existence of either a 'X-Amz-Date' or a 'Date' header")
        self.refuses({**headers, "X-Amz-Date": "today"}, incomplete, "^Date must be in ISO-8601 'basic format'. Got 'today'.")
        algorithm = headers["Authorization"].replace("HMAC-SHA256", "HMAC-MD5")
        self.refuses({**headers, "Authorization": algorithm}, incomplete, "^Unsupported AWS 'algorithm': 'AWS4-HMAC-MD5'")
        self.refuses(signed(self.url, key="a/b"), incomplete, "^Credential must have exactly 5 slash-delimited elements")

    def test_refuses_other_keys(self):
        self.refuses(signed(self.url, key="OTHER"), "UnrecognizedClientException", "^The security token included in the request is invalid.$")
        self.refuses(signed(self.url, secret="other"), INVALID, MISMATCH)
        self.refuses(signed(self.url, token=TOKEN), "UnrecognizedClientException", "^The security token included in the request is invalid$")

    def test_refuses_other_times(self):
        stamp = r"\d{8}T\d{6}Z"
        expired = rf"^Signature expired: {stamp} is now earlier than {stamp} \({stamp} - 5 min.\)$"
        self.refuses(signed(self.url, late=-310), INVALID, expired)
        future = rf"^Signature not yet current: {stamp} is still later than {stamp} \({stamp} \+ 5 min.\)$"
        self.refuses(signed(self.url, late=310), INVALID, future)

    def test_refuses_other_scopes(self):
        region = "Credential should be scoped to a valid region. "
        service = "Credential should be scoped to correct service: 'cognito-idp'. "
        self.refuses(signed(self.url, region="eu-west-1"), INVALID, f"^{region}$")
        self.refuses(signed(self.url, service="cognito-identity"), INVALID, f"^{service}$")
        self.refuses(signed(self.url, region="eu-west-1", service="s3"), INVALID, f"^{region}{service}$")

    def test_refuses_what_was_changed_on_the_way(self):
        headers = signed(self.url)
        self.refuses({**headers, "X-Amz-Target": "AWSCognitoIdentityProviderService.DeleteUserPool"}, INVALID, MISMATCH)
        self.refuses(headers, INVALID, MISMATCH, body=b'{"MaxResults":2}')
        self.refuses(headers, INVALID, MISMATCH, url=self.url + "?a=b")
        self.refuses(signed(self.url, headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}), INVALID, MISMATCH)
        host = headers["Authorization"].replace("host;", "")
        self.refuses({**headers, "Authorization": host}, INVALID, "^'Host' or ':authority' must be a 'SignedHeader'")

    def test_refuses_presigned_requests_clearly(self):
        request = AWSRequest(method="POST", url=self.url, data=BODY)
        botocore.auth.SigV4QueryAuth(Credentials(KEY, SECRET), "cognito-idp", REGION).add_auth(request)
        status, kind, _ = send(request.url, {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{LIST}"})
        self.assertEqual((status, kind), (501, "NotImplementedException"))

    def test_leaves_unsigned_operations_alone(self):
        body = b'{"AccessToken":"a"}'
        unsigned = {"X-Amz-Target": "AWSCognitoIdentityProviderService.GetUser"}
        wrong = signed(self.url, "GetUser", body, key="OTHER")
        for headers in [unsigned, wrong, {**unsigned, "Authorization": "AWS4-"}]:
            self.assertEqual(send(self.url, headers, body), (400, "NotAuthorizedException", "Invalid Access Token"))

    def test_takes_what_curl_signs(self):
        def curl(target, *words):
            headers = ["--header", "Content-Type: application/x-amz-json-1.1", "--header", f"X-Amz-Target: {target}"]
            words = ["curl", "--silent", "--aws-sigv4", f"aws:amz:{REGION}:cognito-idp", *headers, "--data", BODY.decode(), *words, self.url]
            return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)

        target = f"AWSCognitoIdentityProviderService.{LIST}"
        self.assertIn("UserPools", curl(target, "--user", f"{KEY}:{SECRET}"))
        self.assertEqual(curl(target, "--user", f"{KEY}:other")["__type"], INVALID)

    def test_takes_what_the_aws_cli_signs(self):
        words = ["aws", "cognito-idp", "list-user-pools", "--max-results", "1", "--region", REGION, "--endpoint-url", self.url]
        ended = subprocess.run(words, env=with_key(), capture_output=True, text=True)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertIn("UserPools", json.loads(ended.stdout))
        refused = subprocess.run(words, env={**with_key(), "AWS_SECRET_ACCESS_KEY": "other"}, capture_output=True, text=True)
        self.assertIn(f"({INVALID}) when calling the ListUserPools operation", refused.stderr)


class Sts(unittest.TestCase):
    """`GetCallerIdentity` at the same port."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server("--verify-signatures", "--account-id", "999988887777", env=with_key())

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_tells_the_aws_cli_whose_account_it_is(self):
        words = ["aws", "sts", "get-caller-identity", "--region", "eu-west-1"]
        ended = subprocess.run(words, env=with_key(AWS_ENDPOINT_URL_STS=self.server.url), capture_output=True, text=True)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        identity = json.loads(ended.stdout)
        self.assertEqual((identity["Account"], identity["Arn"]), ("999988887777", "arn:aws:iam::999988887777:user/cognito-conformance"))

    def refused(self, key, secret, **more):
        client = boto3.client("sts", REGION, aws_access_key_id=key, aws_secret_access_key=secret, endpoint_url=self.server.url, **more)
        with self.assertRaises(ClientError) as caught:
            client.get_caller_identity()
        error = caught.exception.response
        return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]

    def test_refuses_as_sts_does(self):
        self.assertEqual(self.refused(KEY, "other"), (403, "SignatureDoesNotMatch"))
        self.assertEqual(self.refused("OTHER", SECRET), (403, "InvalidClientTokenId"))
        self.assertEqual(self.refused(KEY, SECRET, aws_session_token=TOKEN), (403, "InvalidClientTokenId"))
        unsigned = Config(signature_version=botocore.UNSIGNED)
        self.assertEqual(self.refused(KEY, SECRET, config=unsigned), (403, "MissingAuthenticationToken"))


class Temporary(unittest.TestCase):
    """A server whose key is a temporary one."""

    def answers(self, expiration, *requests):
        server = Server("--verify-signatures", env=with_key(TOKEN, AWS_CREDENTIAL_EXPIRATION=expiration))
        self.addCleanup(server.stop)
        url = server.url + "/"
        return [send(url, signed(url, token=token)) for token in requests]

    def test_wants_its_token(self):
        invalid = (400, "UnrecognizedClientException")
        good, other, none = self.answers("2999-01-01T00:00:00+00:00", TOKEN, "other", None)
        self.assertEqual((good[0], other[:2], none[:2]), (200, invalid, invalid))

    def test_knows_when_it_ended(self):
        (ended,) = self.answers("2020-01-01T00:00:00Z", TOKEN)
        self.assertEqual(ended, (400, "ExpiredTokenException", "The security token included in the request is expired"))


class WholeSuite(unittest.TestCase):
    """The suite itself must pass on the strict server, and must not with another secret."""

    def run_suite(self, env, *words):
        server = Server("--verify-signatures", env=with_key(TOKEN))
        self.addCleanup(server.stop)
        words = command("run", "--endpoint-url", server.url, "--target", str(PROFILE), *words)
        return subprocess.run(words, env=env, capture_output=True, text=True)

    def test_passes(self):
        ended = self.run_suite(with_key(TOKEN))
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        print("\n" + ended.stdout.strip().splitlines()[-1])

    def test_does_not_pass_with_another_secret(self):
        env = {**with_key(TOKEN), "AWS_SECRET_ACCESS_KEY": "other"}
        ended = self.run_suite(env, "AdminGetUser")
        self.assertNotEqual(ended.returncode, 0, ended.stdout)
        self.assertIn(INVALID, ended.stdout + ended.stderr)


class Unset(unittest.TestCase):
    """Without a key there is nothing to verify with."""

    def test_says_what_is_missing(self):
        ended = subprocess.run(command("serve", "--verify-signatures"), env=environment(), capture_output=True, text=True)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("AWS_ACCESS_KEY_ID", ended.stderr)


if __name__ == "__main__":
    unittest.main()
