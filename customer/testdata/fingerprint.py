# Computes the two fingerprints of TestFingerprintsStay from the documented
# encoding, with nothing but the Python standard library:
#   python3 customer/testdata/fingerprint.py
import calendar, hashlib, struct


def text(s):
    raw = s.encode()
    n, size = len(raw), b""
    while n > 127:
        size += bytes([n & 127 | 128])
        n >>= 7
    return size + bytes([n]) + raw


def number(n):
    return struct.pack(">q", n)


def nanoseconds(year, month, day):
    return calendar.timegm((year, month, day, 0, 0, 0)) * 10**9


def fingerprint(*parts):
    return "01" + hashlib.sha256(b"".join(parts)).hexdigest()


print("sale", fingerprint(
    text("transaction"), text("erp"), text("4711"), text("sale"), text("00004"),
    number(nanoseconds(2019, 5, 6) + 7), text("19.90 CNY"), text("TEA-100"),
    text("shop"), text("南京路"), text("A-17"), text("1"), text(""), text("")))
print("call", fingerprint(
    text("interaction"), text("pbx"), text("2024/77"), text("00004"), text("phone"), text("inbound"),
    number(nanoseconds(2024, 2, 3)), number(180 * 10**9), text("delivery"), text("solved"),
    text("2.50 CNY"), text("li.wei")))
