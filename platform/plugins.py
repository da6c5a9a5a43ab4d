"""The public interface of plugins: what one is, what it may add, how it is found and started.

A plugin is a Python package with a `plugin.yaml`: in the folder of plugins, or installed and named by the
entry point group `luongviec.plugins`. It is started only when the setting `LUONGVIEC_PLUGINS` names it.
Its package has one function `start(settings) -> PluginParts`, which is given its own settings and says
what it adds. A plugin imports this module and the engine's public names, nothing else of the platform.

What a plugin may add today: ways to sign in, and ways for messages to leave the house. Each kind of
addition is a field of `PluginParts`, so that others can follow without changing those that exist.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Protocol

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from luongviec.engine.errors import LuongViecError, Unavailable
from luongviec.engine.text import Text

ENTRY_POINTS = "luongviec.plugins"
MANIFEST = "plugin.yaml"


class PluginProblem(LuongViecError):
    """A plugin that cannot be started; the process should not start without what was asked for."""

    code = "plugin_problem"
    template = Text("Phần mở rộng {plugin}: {why}.", "Plugin {plugin}: {why}.")


class ServiceUnavailable(Unavailable):
    """The other service does not answer now; people may try again or sign in another way."""

    code = "service_unavailable"
    template = Text(
        "Dịch vụ {service} tạm thời không trả lời. Hãy thử lại sau ít phút.",
        "The service {service} does not answer at the moment. Try again in a few minutes.",
    )


class SignInFailed(LuongViecError):
    """The other service refused, or what came back does not hold: nobody is signed in."""

    code = "sign_in_failed"
    template = Text(
        "Chưa đăng nhập được bằng {service}. Hãy thử lại từ trang đăng nhập.",
        "Signing in with {service} did not succeed. Try again from the sign-in page.",
    )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `plugin.yaml` says. `needs` are Python packages that must be installed."""

    code: str
    name: Text
    version: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and what it must bring back: kept in its own signed cookie until then."""

    address: str
    kept: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExternalPerson:
    """Whom another service has recognised.

    `subject` is its own lasting name for the person. The other names are claims that the method was told
    to compare with accounts here; an e-mail address stands here only if the service has confirmed it.
    """

    subject: str
    user_name: str | None = None
    email: str | None = None
    identity_number: str | None = None
    name: str = ""


class SignInMethod(Protocol):
    """A way to sign in that leads through another service."""

    @property
    def code(self) -> str:
        """Its code in addresses and in the rows of links: letters, digits, underscores; unique."""

    @property
    def label(self) -> Text:
        """What the button says: `Đăng nhập bằng …`."""

    @property
    def icon(self) -> str:
        """A name of the vendored icon set."""

    def begin(self, back_url: str) -> Departure:
        """Send somebody off.

        Raises:
            ServiceUnavailable
        """

    def finish(self, back_url: str, query: Mapping[str, str], kept: Mapping[str, str]) -> ExternalPerson:
        """Take somebody back who returns to `back_url` with a query, and say who it is.

        Raises:
            SignInFailed: refused, foreign, forged, too old.
            ServiceUnavailable
        """


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file that a message takes along, where its channel carries files."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MessageCalendarPart:
    """What a message says to a calendar, as iCalendar; `method` is REQUEST or CANCEL."""

    method: str
    content: bytes
    name: str = "invite.ics"


@dataclass(frozen=True, slots=True)
class OutsideMessage:
    """One message for one person, rendered. `key` is the same at every attempt."""

    key: str
    address: str
    subject: str
    text: str
    link: str = ""
    language: str = "vi"
    files: tuple[MessageFile, ...] = ()
    calendar: MessageCalendarPart | None = None


class UnusableAddress(Exception):
    """The address can never be served: trying again is no use."""


class ChannelUnavailable(Unavailable):
    """The outside service does not take the message now; the sender tries again later."""

    code = "channel_unavailable"
    template = Text(
        "Kênh {channel} tạm thời chưa nhận tin.", "The channel {channel} takes no message at the moment."
    )


class Channel(Protocol):
    """One way out of the house: it is called at least once for a message, with the same key every time."""

    @property
    def code(self) -> str:
        """The channel's word in notification sets: `email`, `sms`."""

    def send(self, message: OutsideMessage) -> None:
        """Send, or raise `ChannelUnavailable` (later), `UnusableAddress` or `NotYet` (never)."""


@dataclass(frozen=True, slots=True)
class PluginParts:
    """What a plugin adds. A channel takes the place of the one that ships under its code."""

    sign_in_methods: tuple[SignInMethod, ...] = ()
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Plugins:
    """All plugins that run in this process, and what they add together."""

    manifests: tuple[Manifest, ...] = ()
    sign_in_methods: Mapping[str, SignInMethod] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)


def load_plugins(codes: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Plugins:
    """Start the named plugins, in their order.

    Args:
        codes: which ones; each a package in the folder, else an entry point.
        folder: the folder of plugins; it need not exist.
        environment: where their settings stand, as `LUONGVIEC_CODE_…` or in the file that
            `LUONGVIEC_CODE_FILE` names.

    Raises:
        PluginProblem: missing, unreadable, lacking what it needs, refusing its settings, or a doubled method
            or channel.
    """
    manifests: list[Manifest] = []
    methods: dict[str, SignInMethod] = {}
    channels: dict[str, Channel] = {}
    for code in dict.fromkeys(codes):
        module, place = _find(code, folder)
        manifest = read_manifest(place / MANIFEST)
        if manifest.code != code:
            raise PluginProblem(plugin=code, why=f"its manifest names {manifest.code!r}")
        _check_needs(manifest)
        parts = _start(code, module, plugin_settings(code, environment))
        for method in parts.sign_in_methods:
            if method.code in methods:
                raise PluginProblem(plugin=code, why=f"there is a sign-in method {method.code!r} already")
            methods[method.code] = method
        for channel in parts.channels:
            if channel.code in channels:
                raise PluginProblem(plugin=code, why=f"there is a channel {channel.code!r} already")
            channels[channel.code] = channel
        manifests.append(manifest)
    return Plugins(tuple(manifests), methods, channels)


def read_manifest(path: Path) -> Manifest:
    """Read a `plugin.yaml`.

    Raises:
        PluginProblem
    """
    try:
        data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        name = data["name"]
        return Manifest(
            code=str(data["code"]),
            name=Text(str(name["vi"]), str(name["en"])),
            version=str(data["version"]),
            needs=tuple(str(one) for one in data.get("needs", ())),
        )
    except (OSError, YAMLError, KeyError, TypeError, AttributeError) as error:
        raise PluginProblem(plugin=path.parent.name, why=f"{MANIFEST}: {error!r}") from error


def plugin_settings(code: str, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Give a plugin's settings by lower-case names: of its file, overruled by the environment.

    In the file, nested names are joined by underscores and lists by commas, so that both say the same:
    `office: {issuer: …}` is `LUONGVIEC_CODE_OFFICE_ISSUER`.
    """
    prefix = f"LUONGVIEC_{code.upper()}_"
    own = {
        name.removeprefix(prefix).lower(): value
        for name, value in environment.items()
        if name.startswith(prefix)
    }
    path = own.pop("file", "")
    if not path:
        return own
    try:
        data = YAML(typ="safe").load(Path(path).read_text(encoding="utf-8"))
    except (OSError, YAMLError) as error:
        raise PluginProblem(plugin=code, why=f"{path}: {error}") from error
    return {**_flat(data if isinstance(data, Mapping) else {}), **own}


def _flat(data: Mapping[object, object], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in data.items():
        name = f"{above}{key}".lower()
        if isinstance(value, Mapping):
            found |= _flat(value, f"{name}_")
        elif isinstance(value, list):
            found[name] = ",".join(str(one) for one in value)
        elif value is not None:
            found[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def _find(code: str, folder: Path) -> tuple[ModuleType, Path]:
    place = folder / code
    if (place / MANIFEST).is_file():
        return _import_folder(code, place), place
    for entry in entry_points(group=ENTRY_POINTS, name=code):
        module = entry.load()
        if module.__file__ is not None:
            return module, Path(module.__file__).parent
    raise PluginProblem(plugin=code, why=f"neither in {folder} nor installed")


def _import_folder(code: str, place: Path) -> ModuleType:
    """Import a package from the folder under a name of its own, once in a process."""
    name = f"luongviec_plugin_{code}"
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(place / "__init__.py"):
        return known
    spec = importlib.util.spec_from_file_location(
        name, place / "__init__.py", submodule_search_locations=[str(place)]
    )
    if spec is None or spec.loader is None:
        raise PluginProblem(plugin=code, why=f"{place} is no Python package")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (ImportError, OSError, SyntaxError) as error:
        del sys.modules[name]
        raise PluginProblem(plugin=code, why=str(error)) from error
    return module


def _check_needs(manifest: Manifest) -> None:
    missing = [name for name in manifest.needs if importlib.util.find_spec(name) is None]
    if missing:
        raise PluginProblem(plugin=manifest.code, why=f"needs {', '.join(missing)}")


def _start(code: str, module: ModuleType, settings: Mapping[str, str]) -> PluginParts:
    start = getattr(module, "start", None)
    if start is None:
        raise PluginProblem(plugin=code, why="it has no function start")
    try:
        parts = start(settings)
    except (KeyError, ValueError) as error:
        raise PluginProblem(plugin=code, why=f"its settings: {error}") from error
    if not isinstance(parts, PluginParts):
        raise PluginProblem(plugin=code, why="start() gives no PluginParts")
    return parts
