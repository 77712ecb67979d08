"""What schemathesis draws is refused at the first look. Here most of it is shown in good company: with real addresses,
with the credentials of a member and of a visitor, and as one change of a body that would be taken."""

import atexit
import base64
import collections
import hashlib
import json
import os
import time
import zlib

import schemathesis
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

with open(os.environ["EINWURF_SCENE"], encoding="utf-8") as file:
    SCENE = json.load(file)

DEVICE = ec.derive_private_key(int(SCENE["device"], 16), ec.SECP256R1())

# What would end the session, or write to somebody: asked without it.
ALONE = {
    "/v1/logout",
    "/v1/inbox/devices/end",
    "/v1/inbox/mail/test",
    "/v1/inbox/notify",
}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def coordinates():
    numbers = DEVICE.public_key().public_numbers()
    return [base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y)]


def proof(method, path, token):
    """A proof of possession (RFC 9449) in the form of docs/protocol.md, section 15.3."""
    x, y = coordinates()
    header = '{"alg":"ES256","typ":"dpop+jwt","jwk":{"kty":"EC","crv":"P-256","x":"%s","y":"%s"}}' % (x, y)
    payload = {
        "jti": base64url(os.urandom(16)),
        "htm": method,
        "htu": SCENE["origin"] + path,
        "iat": int(time.time()),
    }
    if token:
        payload["ath"] = base64url(hashlib.sha256(token.encode()).digest())
    text = base64url(header.encode()) + "." + base64url(json.dumps(payload).encode())
    r, s = decode_dss_signature(DEVICE.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return text + "." + base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def drawn(case):
    """The same case falls the same way in every run."""
    told = repr((case.method, case.path, sorted((case.headers or {}).items()), case.body))
    return zlib.crc32(told.encode("utf-8", "surrogatepass"))


def credentials(case, needs):
    for scheme, token in SCENE["bearers"].items():
        if scheme in needs:
            case.headers["authorization"] = "Bearer " + token
    if "setup" in needs and "einwurf-site" in case.headers:
        case.headers["einwurf-site"] = SCENE["fresh"]
    if "session" in needs and case.path not in ALONE:
        case.headers["authorization"] = "Bearer " + SCENE["session"]
        case.headers["dpop"] = proof(case.method, case.path, SCENE["session"])
    elif "possession" in needs:
        case.headers["dpop"] = proof(case.method, case.path, None)


def changed(case, number):
    """A sound body with one of its members as it was drawn."""
    if case.method == "PUT" and case.path.endswith("/attachment") and number % 3:
        case.body = base64.urlsafe_b64decode(SCENE["part"] + "==")
    sound = SCENE["bodies"].get(case.path)
    if not sound or not isinstance(case.body, dict) or number % 3 == 0:
        return
    members = sorted(case.body)
    body = dict(sound)
    if members and number % 7:
        member = members[number % len(members)]
        body[member] = case.body[member]
    case.body = body


@schemathesis.hook
def before_call(context, case, kwargs):
    number = drawn(case)
    if number % 8 == 0 or case.headers is None:
        return
    for name, value in SCENE["headers"].items():
        if name in case.headers and (number >> 3) % 5:
            case.headers[name] = value
    if case.path == "/v1/inbox/erase" and "einwurf-conversation" in case.headers:
        case.headers["einwurf-conversation"] = SCENE["erased"]
    needs = {name for one in case.operation.definition.raw.get("security", []) for name in one}
    if number % 8 > 1:
        credentials(case, needs)
    changed(case, number)


# How often each operation was answered with each status: whoever reads it sees what was only refused.
ANSWERED = collections.defaultdict(collections.Counter)


@schemathesis.hook
def after_call(context, case, response):
    ANSWERED[case.operation.method.upper() + " " + case.operation.path][response.status_code] += 1


@atexit.register
def tell():
    with open(SCENE["answered"], "w", encoding="utf-8") as file:
        json.dump(ANSWERED, file, indent=1, sort_keys=True)
