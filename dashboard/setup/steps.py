"""What can be done to a machine, each step as data: nothing happens here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Package:
    """A package of Debian is installed."""

    name: str

    @property
    def key(self) -> str:
        return f"package {self.name}"

    @property
    def says(self) -> str:
        return f"install Debian's package {self.name}"


@dataclass(frozen=True, slots=True)
class User:
    """A user of the system, who cannot log in."""

    name: str
    home: str

    @property
    def key(self) -> str:
        return f"user {self.name}"

    @property
    def says(self) -> str:
        return f"make the user {self.name}, who cannot log in"


@dataclass(frozen=True, slots=True)
class Folder:
    path: str
    mode: int = 0o755
    owner: str = "root"
    group: str = "root"

    @property
    def key(self) -> str:
        return f"folder {self.path}"

    @property
    def says(self) -> str:
        return f"make the folder {self.path} ({self.mode:04o} {self.owner}:{self.group})"


@dataclass(frozen=True, slots=True)
class File:
    """A file with this text. ``read_by`` are the units that have to start anew when it changes."""

    path: str
    text: str
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    read_by: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"file {self.path}"

    @property
    def says(self) -> str:
        return f"write {self.path} ({self.mode:04o} {self.owner}:{self.group})"


@dataclass(frozen=True, slots=True)
class Secret:
    """A file with a password that is made once, by chance."""

    path: str
    mode: int = 0o640
    owner: str = "root"
    group: str = "root"
    read_by: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"file {self.path}"

    @property
    def says(self) -> str:
        return f"make a password in {self.path} ({self.mode:04o} {self.owner}:{self.group})"


@dataclass(frozen=True, slots=True)
class Login:
    """A login at the broker with the password of a file, in Mosquitto's own file of hashes."""

    name: str
    password_file: str
    passwords: str
    group: str
    read_by: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"login {self.name}"

    @property
    def says(self) -> str:
        return f"put the login {self.name} into {self.passwords}"


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority of the house's own: its certificate, and the key that ``group`` may read."""

    certificate: str
    private_key: str
    name: str
    group: str

    @property
    def key(self) -> str:
        return f"authority {self.certificate}"

    @property
    def says(self) -> str:
        return f"make an authority of your own, {self.certificate}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate for these names and addresses, signed by the authority."""

    certificate: str
    private_key: str
    authority: Authority
    names: tuple[str, ...]
    group: str
    read_by: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"certificate {self.certificate}"

    @property
    def says(self) -> str:
        return f"sign {self.certificate} for {', '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of systemd that starts with the machine, and runs."""

    name: str

    @property
    def key(self) -> str:
        return f"unit {self.name}"

    @property
    def says(self) -> str:
        return f"start {self.name}, now and with the machine"


Step = Package | User | Folder | File | Secret | Login | Authority | Certificate | Unit
