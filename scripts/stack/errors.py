"""What can keep the platform from starting; each message is one sentence in English and the same in Japanese."""


class StackError(Exception):
    """The platform can't start or go on; the message says what to do."""

    en, ja = "", ""

    def __init__(self, **values: object) -> None:
        super().__init__(f"{self.en.format(**values)}\n{self.ja.format(**values)}")


class AddressTaken(StackError):
    """Another program listens on the wanted address."""

    en = "Port {port} on {host} is taken by another program: stop it, or choose another port with SHIOMI_PORT."
    ja = "{host} のポート {port} は別のプログラムが使用中です。それを止めるか、SHIOMI_PORT で変更してください。"


class AddressUnusable(StackError):
    """The wanted address can't be listened on at all."""

    en = "{host} port {port} can't be listened on ({reason}): correct SHIOMI_HOST or SHIOMI_PORT."
    ja = "{host} のポート {port} では待ち受けできません（{reason}）。SHIOMI_HOST か SHIOMI_PORT を直してください。"


class FolderUnusable(StackError):
    """The data folder can't be written."""

    en = "The folder {folder} can't be written ({reason}): make it writable, or set SHIOMI_DATA_DIR to another."
    ja = "フォルダー {folder} に書き込めません（{reason}）。権限を直すか、SHIOMI_DATA_DIR で変更してください。"


class AlreadyRunning(StackError):
    """The platform already runs on this data folder."""

    en = "The platform already runs on {folder}: stop that run first, or choose another SHIOMI_DATA_DIR."
    ja = "{folder} ではすでに起動しています。先にそれを止めるか、SHIOMI_DATA_DIR で変更してください。"


class ProcessorTooOld(StackError):
    """The packaged pgvector was compiled for newer processors."""

    en = "This processor has no {flags}, which the embedded pgvector needs: set SHIOMI_DATABASE_URL instead."
    ja = "このプロセッサーには組み込み pgvector に必要な {flags} がありません。SHIOMI_DATABASE_URL を設定してください。"


class RootForbidden(StackError):
    """Postgres refuses root, and root may not become anybody else here."""

    en = "Postgres refuses to run as root and users can't be changed here: start as a normal user."
    ja = "Postgres は root では動かず、ここではユーザーを切り替えられません。一般ユーザーで起動してください。"


class PackageMissing(StackError):
    """A package of the embedded stack isn't installed."""

    en = "The package {name} isn't installed: start with `make run`, which installs it."
    ja = "パッケージ {name} がありません。`make run` で起動するとインストールされます。"


class Unreachable(StackError):
    """A server that the settings name doesn't listen."""

    en = "{variable} points to {host} port {port}, which can't be reached ({reason}): start that server, or correct it."
    ja = "{variable} の {host} ポート {port} に接続できません（{reason}）。サーバーを起動するか、設定を直してください。"


class SetupFailed(StackError):
    """The step before web and workers failed."""

    en = "{part} failed with code {code}: the lines before this one say why."
    ja = "{part} がコード {code} で失敗しました。理由は前の行にあります。"


class CommandFailed(StackError):
    """A command that prepares the first start failed."""

    en = "{program} failed: {said}"
    ja = "{program} が失敗しました：{said}"


class EndedEarly(StackError):
    """A part ended while the platform was starting."""

    en = "{part} ended with code {code} while starting: the lines before this one say why."
    ja = "{part} が起動中にコード {code} で終了しました。理由は前の行にあります。"


class TooSlow(StackError):
    """A part didn't get ready in time."""

    en = "{part} wasn't ready within {seconds:.0f} seconds: the lines before this one say why."
    ja = "{part} は {seconds:.0f} 秒以内に準備できませんでした。理由は前の行にあります。"


class NotStarted(StackError):
    """A server was asked for its process id before its start."""

    en = "{part} isn't running: start it first."
    ja = "{part} は動いていません。先に起動してください。"
