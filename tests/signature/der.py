"""Just enough DER to cut and sew a CMS: a tree of nodes, definite lengths only."""


class Node:
    def __init__(self, tag, body=b"", children=None):
        self.tag, self.body, self.children = tag, body, children

    def encode(self):
        body = self.body if self.children is None else b"".join(c.encode() for c in self.children)
        return bytes([self.tag]) + length(len(body)) + body

    def encode_ber(self, whole=()):
        """Every constructed element of indefinite length, but for those in `whole`."""
        if self.children is None or any(self is one for one in whole):
            return self.encode()
        return bytes([self.tag, 0x80]) + b"".join(c.encode_ber(whole) for c in self.children) + b"\0\0"

    def __getitem__(self, index):
        return self.children[index]


def length(n):
    if n < 0x80:
        return bytes([n])
    digits = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def read(data, at=0):
    tag, n, at = data[at], data[at + 1], at + 2
    if n & 0x80:
        count = n & 0x7F
        n, at = int.from_bytes(data[at:at + count], "big"), at + count
    body, end = data[at:at + n], at + n
    if not tag & 0x20:
        return Node(tag, body), end
    children, inner = [], 0
    while inner < len(body):
        child, inner = read(body, inner)
        children.append(child)
    return Node(tag, children=children), end


def parse(data):
    return read(data)[0]


def oid(dotted):
    first, second, *rest = [int(x) for x in dotted.split(".")]
    out = bytearray()
    for n in [first * 40 + second] + rest:
        group = [n & 0x7F]
        while n := n >> 7:
            group.append(n & 0x7F | 0x80)
        out += bytes(reversed(group))
    return Node(0x06, bytes(out))


def sequence(*children):
    return Node(0x30, children=list(children))


def octets(data):
    return Node(0x04, data)


def in_pieces(data):
    """An OCTET STRING in constructed form."""
    half = len(data) // 2
    return Node(0x24, children=[octets(data[:half]), octets(data[half:])])


def attribute(dotted, *values):
    return sequence(oid(dotted), Node(0x31, children=list(values)))


class Cms:
    """A SignedData; `signer` is the first SignerInfo."""

    def __init__(self, data):
        self.root = parse(data)
        self.signed_data = self.root[1][0]
        self.signer = self.signed_data[-1][0]

    def encode(self):
        return self.root.encode()

    @property
    def attributes(self):
        return next(c for c in self.signer.children if c.tag == 0xA0)

    def attribute(self, dotted):
        wanted = oid(dotted).body
        return next(a for a in self.attributes.children if a[0].body == wanted)

    def drop(self, dotted):
        self.attributes.children.remove(self.attribute(dotted))

    @property
    def signature(self):
        return [c for c in self.signer.children if c.tag == 0x04][-1]

    def attributes_as_set(self):
        return b"\x31" + self.attributes.encode()[1:]

    def add_unsigned(self, dotted, value):
        if self.signer[-1].tag != 0xA1:
            self.signer.children.append(Node(0xA1, children=[]))
        self.signer[-1].children.append(attribute(dotted, value))

    @property
    def certificates(self):
        return next(c for c in self.signed_data.children if c.tag == 0xA0)

    def sort_attributes(self):
        self.attributes.children.sort(key=lambda a: a.encode())
