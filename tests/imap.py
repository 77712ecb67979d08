"""Reads every mail of an account over IMAP: imap.py <port> <ca.pem> <user>, the password from standard input. Prints a JSON
list of raw mails, oldest first, octets as Latin-1."""

import imaplib
import json
import ssl
import sys

port, authority, user = sys.argv[1:4]
trust = ssl.create_default_context(cafile=authority)
with imaplib.IMAP4_SSL("localhost", int(port), ssl_context=trust) as box:
    # LOGIN takes ASCII only; AUTHENTICATE PLAIN is UTF-8 (RFC 4616).
    password = sys.stdin.buffer.read()
    box.authenticate("PLAIN", lambda _: b"\0" + user.encode() + b"\0" + password)
    box.select(readonly=True)
    numbers = box.search(None, "ALL")[1][0].split()
    mails = [box.fetch(number, "(BODY.PEEK[])")[1][0][1].decode("latin-1") for number in numbers]
    print(json.dumps(mails))
