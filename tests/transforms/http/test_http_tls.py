import asyncio
import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from http_loopback import policy, reply, serving

from blockwire.transforms.http.client import HttpClient
from blockwire.transforms.http.messages import FetchError


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A self-signed certificate for a host name, as a server's context; ``cert.pem`` in the folder can be trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def get(tls: ssl.SSLContext, ca_file: Path | None) -> bytes:
    async def main() -> bytes:
        rules = policy(ca_file=str(ca_file) if ca_file else None)
        async with serving(reply(b"feed"), tls=tls) as server, HttpClient(rules) as client:
            return (await client.get_feed(server.url(host="localhost", scheme="https"))).body

    return asyncio.run(main())


def test_a_certificate_of_the_ca_file_is_trusted(tmp_path: Path) -> None:
    assert get(certificate(tmp_path, "localhost"), tmp_path / "cert.pem") == b"feed"


def test_a_certificate_of_nobody_is_not(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="self-signed certificate") as caught:
        get(certificate(tmp_path, "localhost"), None)
    assert caught.value.reason == "tls"
    assert not caught.value.transient


def test_a_certificate_for_another_host_is_not(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="not valid for 'localhost'") as caught:
        get(certificate(tmp_path, "other.example"), tmp_path / "cert.pem")
    assert caught.value.reason == "tls"
