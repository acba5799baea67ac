"""Rows of the verdict table and the knife they are cut with; cases.py says what a row holds."""
import os

from der import Cms, parse
from pki import openssl

CONTENT_TYPE, DIGEST, TIME, ESS_V2 = ("1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.47")
TOKEN = "1.2.840.113549.1.9.16.2.14"
TEXT = "Договор № 1: сто рублей\r\n".encode() * 20


class Table:
    def __init__(self, folder):
        self.folder, self.rows = folder, []
        self.content = self.save("content.txt", TEXT)

    def save(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def row(self, expect, name, data, code="", content=True, trust=None, **more):
        row = {"name": name, "signature": self.save(name + ".sig", data), "trust": [trust or self.trust], "expect": expect, "code": code}
        if content is True:
            row["content"] = self.content
        elif content:
            row["content"] = self.save(name + ".content", content)
        self.rows.append({**row, **more})

    def valid(self, name, data, code="", **more):
        self.row("valid", name, data, code, **more)

    def invalid(self, name, data, code, **more):
        self.row("invalid", name, data, code, **more)

    def indeterminate(self, name, data, code, **more):
        self.row("indeterminate", name, data, code, **more)


def cms(pair, *options, content, cades=True, attached=False, key=None):
    words = ["cms", "-sign", "-binary", "-nosmimecap", "-in", content, "-signer", pair.certificate, "-inkey", key or pair.key, "-outform", "DER"]
    words += ["-cades"] if cades else []
    words += ["-nodetach"] if attached else []
    return openssl(*words, *options).stdout


def resigned(message, key):
    """The first signer's signature made anew over its attributes as they are now."""
    message.signature.body = openssl("dgst", "-sha256", "-sign", key, data=message.attributes_as_set()).stdout
    return message.encode()


def edited(data, edit, key=None):
    message = Cms(data)
    edit(message)
    return resigned(message, key) if key else message.encode()


def with_token(data, token):
    message = Cms(data)
    message.add_unsigned(TOKEN, parse(token))
    return message.encode()


def flipped(data, at):
    out = bytearray(data)
    out[at] ^= 0x01
    return bytes(out)
