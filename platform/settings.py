"""Settings of one process, read once from the environment by whoever starts it.

Nothing here is read at import: `load_settings(os.environ)` is called by the command line, the web
factory and the worker, and tests build `Settings` by hand. `SETTINGS` names every variable with what
it is for; the documentation is compared with it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text

LONGEST_SOCKET_PATH = 100  # bytes; systems allow a little more, none of them less


class InvalidSetting(LuongViecError):
    """A variable of the environment that cannot be used; the process should not start."""

    code = "invalid_setting"
    template = Text(
        "Biến môi trường {name}={value!r} không dùng được: {why}.",
        "The environment variable {name}={value!r} cannot be used: {why}.",
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment, as the documentation lists it."""

    name: str
    default: str
    about: Text


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "LUONGVIEC_HOME", "./var",
        Text("Thư mục dữ liệu: cơ sở dữ liệu nhúng, tệp, khóa bí mật, thư đã ghi.",
             "Data folder: embedded database, files, secret key, written mails."),
    ),
    Setting(
        "DATABASE_URL", "sqlite:///$LUONGVIEC_HOME/luongviec.db",
        Text("Địa chỉ cơ sở dữ liệu SQLAlchemy (SQLite hoặc postgresql+psycopg).",
             "SQLAlchemy address of the database (SQLite or postgresql+psycopg)."),
    ),
    Setting(
        "REDIS_URL", "unix://$LUONGVIEC_HOME/redis.socket",
        Text("Địa chỉ Redis; bỏ trống thì lệnh run tự mở một Redis nhúng.",
             "Address of Redis; when empty, `run` starts an embedded one."),
    ),
    Setting(
        "SECRET_KEY", "$LUONGVIEC_HOME/secret_key",
        Text("Khóa ký phiên và liên kết; bỏ trống thì được tạo và giữ trong thư mục dữ liệu.",
             "Signs sessions and links; when empty, one is made and kept in the data folder."),
    ),
    Setting(
        "LUONGVIEC_DEFINITIONS", "./definitions",
        Text("Thư mục định nghĩa được nạp khi khởi động lần đầu.",
             "Folder of definitions loaded at the first start."),
    ),
    Setting(
        "LUONGVIEC_FILES", "$LUONGVIEC_HOME/files",
        Text("Thư mục giữ nội dung tệp.", "Folder that keeps the content of files."),
    ),
    Setting(
        "LUONGVIEC_BASE_URL", "http://127.0.0.1:8080",
        Text("Địa chỉ mà người dùng mở; dùng trong liên kết của thư.",
             "Address that people open; used in links of mails."),
    ),
    Setting(
        "LUONGVIEC_HOST", "127.0.0.1",
        Text("Địa chỉ mạng mà máy chủ web lắng nghe.", "Network address that the web server listens on."),
    ),
    Setting(
        "LUONGVIEC_PORT", "8080",
        Text("Cổng mà máy chủ web lắng nghe.", "Port that the web server listens on."),
    ),
    Setting(
        "LUONGVIEC_WEB_PROCESSES", "1",
        Text("Số tiến trình web.", "Number of web processes."),
    ),
    Setting(
        "LUONGVIEC_SITE_NAME", "Luồng Việc",
        Text("Tên hệ thống hiển thị trên trang và trong thư.",
             "Name of the installation on pages and in mails."),
    ),
    Setting(
        "LUONGVIEC_LANGUAGE", "vi",
        Text("Ngôn ngữ mặc định: vi hoặc en.", "Default language: vi or en."),
    ),
    Setting(
        "LUONGVIEC_TIMEZONE", "Asia/Ho_Chi_Minh",
        Text("Múi giờ hiển thị và nhập ngày giờ.", "Time zone in which moments are shown and typed."),
    ),
    Setting(
        "LUONGVIEC_SECURE_COOKIES", "auto",
        Text("Chỉ gửi cookie qua https: 1, 0 hoặc auto (theo LUONGVIEC_BASE_URL).",
             "Send cookies over https only: 1, 0 or auto (by LUONGVIEC_BASE_URL)."),
    ),
    Setting(
        "LUONGVIEC_FORCE_HTTPS", "0",
        Text("1: địa chỉ http được chuyển sang https của LUONGVIEC_BASE_URL.",
             "1: http addresses lead on to the https of LUONGVIEC_BASE_URL."),
    ),
    Setting(
        "LUONGVIEC_TRUSTED_PROXIES", "0",
        Text("Số máy trung gian đáng tin đứng trước máy chủ web (đọc X-Forwarded-…).",
             "Trusted proxies in front of the web server (whose X-Forwarded-… count)."),
    ),
    Setting(
        "LUONGVIEC_PLUGINS", "",
        Text("Các phần mở rộng được bật, cách nhau bằng dấu phẩy.", "Plugins to start, parted by commas."),
    ),
    Setting(
        "LUONGVIEC_PLUGIN_FOLDER", "./plugins",
        Text("Thư mục chứa các phần mở rộng.", "Folder of plugins."),
    ),
    Setting(
        "LUONGVIEC_UPLOAD_MB", "64",
        Text("Giới hạn một lần tải lên, trước cả giới hạn của từng ô.",
             "Limit of one upload, ahead of each field's own."),
    ),
    Setting(
        "LUONGVIEC_IMPORT_MB", "20",
        Text(
            "Giới hạn của một tệp nhập đơn vị và người dùng.",
            "Limit of a file to import units and people from.",
        ),
    ),
    Setting("SMTP_HOST", "", Text("Máy chủ thư; bỏ trống thì thư được ghi vào thư mục.",
                                  "Mail server; when empty, mails are written to a folder.")),
    Setting("SMTP_PORT", "587", Text("Cổng máy chủ thư.", "Port of the mail server.")),
    Setting("SMTP_USER", "", Text("Tài khoản máy chủ thư.", "Account at the mail server.")),
    Setting("SMTP_PASSWORD", "", Text("Mật khẩu máy chủ thư.", "Password at the mail server.")),
    Setting("SMTP_SECURITY", "starttls", Text("starttls, tls hoặc none.", "starttls, tls or none.")),
    Setting("SMTP_FROM", "luongviec@localhost", Text("Địa chỉ người gửi.", "Address of the sender.")),
    Setting("REPLY_ADDRESS", "",
            Text("Địa chỉ nhận trả lời giấy mời qua thư; bỏ trống thì không đọc thư.",
                 "Address to which invitations are answered by mail; when empty, no mail is read.")),
    Setting("REPLY_MAILDIR", "",
            Text("Thư mục Maildir của địa chỉ đó, nếu máy chủ thư giao thư vào thư mục.",
                 "Maildir of that address, where the mail server delivers into a folder.")),
    Setting("IMAP_HOST", "",
            Text("Máy chủ IMAP của địa chỉ đó, nếu không dùng REPLY_MAILDIR.",
                 "IMAP server of that address, where REPLY_MAILDIR is not used.")),
    Setting("IMAP_PORT", "993", Text("Cổng máy chủ IMAP.", "Port of the IMAP server.")),
    Setting("IMAP_USER", "", Text("Tài khoản IMAP.", "Account at the IMAP server.")),
    Setting("IMAP_PASSWORD", "", Text("Mật khẩu IMAP.", "Password at the IMAP server.")),
    Setting("IMAP_SECURITY", "tls", Text("tls, starttls hoặc none.", "tls, starttls or none.")),
    Setting("IMAP_FOLDER", "INBOX", Text("Hộp thư được đọc.", "Mailbox that is read.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mails leave. Without a host they are written to the folder `mail` of the data folder."""

    host: str = ""
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"
    sender: str = "luongviec@localhost"


@dataclass(frozen=True, slots=True)
class ReplySettings:
    """Where invitations are answered by mail: an address, and its Maildir or its mailbox on a server."""

    address: str = ""
    maildir: Path | None = None
    host: str = ""
    port: int = 993
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "tls"
    folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations. Paths are absolute."""

    home: Path
    database_url: str
    redis_url: str = ""  # empty: embedded, on `redis_socket`
    secret_key: str = field(default="", repr=False)
    definitions: Path = Path("definitions")
    files: Path = Path("files")
    base_url: str = "http://127.0.0.1:8080"
    host: str = "127.0.0.1"
    port: int = 8080
    web_processes: int = 1
    site_name: str = "Luồng Việc"
    language: str = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    secure_cookies: bool = False
    force_https: bool = False
    trusted_proxies: int = 0
    plugins: tuple[str, ...] = ()
    plugin_folder: Path = Path("plugins")
    plugin_environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    upload_mb: int = 64
    import_mb: int = 20
    mail: MailSettings = field(default_factory=MailSettings)
    replies: ReplySettings = field(default_factory=ReplySettings)

    @property
    def redis_socket(self) -> Path:
        """Where the embedded Redis listens: in the data folder, unless its path is too long for a socket."""
        path = self.home / "redis.socket"
        if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
            return path
        short = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"luongviec-{os.getuid()}-{short}"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / "redis.socket"

    @property
    def written_mails(self) -> Path:
        """Where mails are written while there is no mail server."""
        return self.home / "mail"


def load_settings(environment: Mapping[str, str] | None = None, *, folder: Path | None = None) -> Settings:
    """Read the settings, making the data folder and the secret key where they are missing.

    Args:
        environment: names and values; the process's own by default.
        folder: what relative paths start from; the working directory by default.

    Raises:
        InvalidSetting: a number, a choice or a path that cannot be used.
    """
    values = os.environ if environment is None else environment
    start = Path.cwd() if folder is None else folder
    home = (start / values.get("LUONGVIEC_HOME", "var")).resolve()
    home.mkdir(parents=True, exist_ok=True)
    base_url = values.get("LUONGVIEC_BASE_URL", "").rstrip("/")
    port = _number(values, "LUONGVIEC_PORT", 8080, 1, 65535)
    base_url = base_url or f"http://127.0.0.1:{port}"
    plugins = tuple(code.strip() for code in values.get("LUONGVIEC_PLUGINS", "").split(",") if code.strip())
    return Settings(
        home=home,
        database_url=_database_url(values.get("DATABASE_URL", ""), home),
        redis_url=values.get("REDIS_URL", ""),
        secret_key=values.get("SECRET_KEY", "") or _kept_secret(home / "secret_key"),
        definitions=(start / values.get("LUONGVIEC_DEFINITIONS", "definitions")).resolve(),
        files=(start / values["LUONGVIEC_FILES"]).resolve()
        if values.get("LUONGVIEC_FILES")
        else home / "files",
        base_url=base_url,
        host=values.get("LUONGVIEC_HOST", "127.0.0.1"),
        port=port,
        web_processes=_number(values, "LUONGVIEC_WEB_PROCESSES", 1, 1, 64),
        site_name=values.get("LUONGVIEC_SITE_NAME", "Luồng Việc"),
        language=_choice(values, "LUONGVIEC_LANGUAGE", ("vi", "en")),
        timezone=values.get("LUONGVIEC_TIMEZONE", "Asia/Ho_Chi_Minh"),
        secure_cookies=_secure(values, base_url),
        force_https=_force_https(values, base_url),
        trusted_proxies=_number(values, "LUONGVIEC_TRUSTED_PROXIES", 0, 0, 10),
        plugins=plugins,
        plugin_folder=(start / (values.get("LUONGVIEC_PLUGIN_FOLDER") or "plugins")).resolve(),
        plugin_environment=_of_plugins(values, plugins),
        upload_mb=_number(values, "LUONGVIEC_UPLOAD_MB", 64, 1, 10_000),
        import_mb=_number(values, "LUONGVIEC_IMPORT_MB", 20, 1, 500),
        mail=MailSettings(
            host=values.get("SMTP_HOST", ""),
            port=_number(values, "SMTP_PORT", 587, 1, 65535),
            user=values.get("SMTP_USER", ""),
            password=values.get("SMTP_PASSWORD", ""),
            security=_choice(values, "SMTP_SECURITY", ("starttls", "tls", "none")),
            sender=values.get("SMTP_FROM", "luongviec@localhost"),
        ),
        replies=_replies(values, start),
    )


def _replies(values: Mapping[str, str], start: Path) -> ReplySettings:
    """Read how answers come in: an address without a mailbox, or the other way round, helps nobody."""
    address, maildir = values.get("REPLY_ADDRESS", ""), values.get("REPLY_MAILDIR", "")
    host = values.get("IMAP_HOST", "")
    if address and not (maildir or host):
        raise InvalidSetting(name="REPLY_MAILDIR", value=maildir, why="REPLY_MAILDIR | IMAP_HOST")
    if (maildir or host) and "@" not in address:
        raise InvalidSetting(name="REPLY_ADDRESS", value=address, why="…@…")
    folder = values.get("IMAP_FOLDER", "") or "INBOX"
    if not folder.isascii():  # servers write such names in a code of their own
        raise InvalidSetting(name="IMAP_FOLDER", value=folder, why="A–Z, 0–9, / .")
    return ReplySettings(
        address=address,
        maildir=(start / maildir).resolve() if maildir else None,
        host=host,
        port=_number(values, "IMAP_PORT", 993, 1, 65535),
        user=values.get("IMAP_USER", ""),
        password=values.get("IMAP_PASSWORD", ""),
        security=_choice(values, "IMAP_SECURITY", ("tls", "starttls", "none")),
        folder=folder,
    )


def _database_url(value: str, home: Path) -> str:
    if not value:
        return f"sqlite:///{home / 'luongviec.db'}"
    for short in ("postgres://", "postgresql://"):
        if value.startswith(short):
            return "postgresql+psycopg://" + value.removeprefix(short)
    return value


def _kept_secret(path: Path) -> str:
    """Give the key kept in a file, made at the first start; two starting processes agree on one."""
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        try:
            os.link(fresh, path)  # fails where another process was first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="utf-8").strip()


def _number(values: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    typed = values.get(name, "")
    if not typed:
        return default
    if not typed.isascii() or not typed.isdigit() or not least <= int(typed) <= most:
        raise InvalidSetting(name=name, value=typed, why=f"{least}–{most}")
    return int(typed)


def _choice(values: Mapping[str, str], name: str, options: tuple[str, ...]) -> str:
    typed = values.get(name, "") or options[0]
    if typed not in options:
        raise InvalidSetting(name=name, value=typed, why=" | ".join(options))
    return typed


def _secure(values: Mapping[str, str], base_url: str) -> bool:
    typed = _choice(values, "LUONGVIEC_SECURE_COOKIES", ("auto", "1", "0"))
    return base_url.startswith("https://") if typed == "auto" else typed == "1"


def _force_https(values: Mapping[str, str], base_url: str) -> bool:
    is_forced = _choice(values, "LUONGVIEC_FORCE_HTTPS", ("0", "1")) == "1"
    if is_forced and not base_url.startswith("https://"):
        raise InvalidSetting(name="LUONGVIEC_BASE_URL", value=base_url, why="https://…")
    return is_forced


def _of_plugins(values: Mapping[str, str], plugins: tuple[str, ...]) -> Mapping[str, str]:
    """Keep what belongs to the plugins that are switched on: their names begin with the plugin's."""
    prefixes = tuple(f"LUONGVIEC_{code.upper()}_" for code in plugins)
    return {name: value for name, value in values.items() if name.startswith(prefixes)} if prefixes else {}
