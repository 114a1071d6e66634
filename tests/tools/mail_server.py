"""A mail server for tests/smtp.sh, speaking TLS as a provider's does.

    mail_server.py certificates FOLDER        writes ca.pem and server.pem, for localhost
    mail_server.py serve FOLDER [PORT PORT]   serves submission (STARTTLS, then AUTH) and submissions (TLS at once)

The ports that it took are written to FOLDER/ports, every mail that it took to FOLDER/mails/<number>.eml. Somebody called "slow" is greylisted at first; whose address begins with "gone" has no mailbox.
"""

import asyncio
import pathlib
import ssl
import sys
import warnings

USER, PASSWORD = b"guildhall", b"pass@word: of the mail server"


def certificates(folder: pathlib.Path) -> None:
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")


class Mails:
    """What the server says to recipients and does with mails."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.greylisted: set[str] = set()

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address.startswith("gone"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("slow@") and address not in self.greylisted:
            self.greylisted.add(address)
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope) -> str:
        number = len(list(self.folder.glob("*.eml")))
        mail = self.folder / f"{number}.part"
        mail.write_bytes(envelope.original_content)
        mail.rename(mail.with_suffix(".eml"))
        return "250 2.0.0 taken"


async def serve(folder: pathlib.Path, ports: list[int]) -> None:
    from aiosmtpd.smtp import SMTP, AuthResult

    def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=data.login == USER and data.password == PASSWORD)

    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "server.pem")
    mails = Mails(folder / "mails")
    mails.folder.mkdir(exist_ok=True)
    manner = {"authenticator": authenticate, "auth_required": True, "hostname": "localhost"}

    loop = asyncio.get_running_loop()
    submission = await loop.create_server(
        lambda: SMTP(mails, tls_context=tls, require_starttls=True, **manner), "127.0.0.1", ports[0]
    )
    # aiosmtpd takes a connection that began with TLS for an unencrypted one, hence auth_require_tls and its warning.
    warnings.simplefilter("ignore")
    submissions = await loop.create_server(
        lambda: SMTP(mails, auth_require_tls=False, **manner), "127.0.0.1", ports[1], ssl=tls
    )
    taken = [str(server.sockets[0].getsockname()[1]) for server in (submission, submissions)]
    part = folder / "ports.part"
    part.write_text(" ".join(taken) + "\n")
    part.rename(folder / "ports")
    await asyncio.Event().wait()


if __name__ == "__main__":
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if command == "certificates":
        certificates(folder)
    else:
        asyncio.run(serve(folder, [int(port) for port in sys.argv[3:5]] or [0, 0]))
