"""What can go wrong with a model, as one small tree; each error knows whether waiting helps."""


class ModelError(Exception):
    """Something went wrong with a model."""

    code = "model_error"
    passing = False
    en = "The model could not be used; see the log for the cause."
    ja = "モデルを利用できませんでした。原因はログを確認してください。"

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(detail or self.en)
        self.detail = detail
        self.retry_after = retry_after

    def sentence(self, language: str) -> str:
        """Say in the reader's language what to do."""
        return self.ja if language.startswith("ja") else self.en


class ModelBusyError(ModelError):
    """The model's server asks us to come back later."""

    code = "model_busy"
    passing = True
    en = "The model is busy; the work goes on by itself as soon as it has room."
    ja = "モデルが混み合っています。空き次第、自動で再開します。"


class ModelUnreachableError(ModelError):
    """The model's server did not answer, or answered with a fault of its own."""

    code = "model_unreachable"
    passing = True
    en = "The model's server does not answer; check its address if this lasts."
    ja = "モデルのサーバーが応答しません。続く場合は接続先の設定を確認してください。"


class BadAnswerError(ModelError):
    """The model's answer could not be read."""

    code = "model_bad_answer"
    passing = True
    en = "The model's answer could not be read; check that its server speaks the OpenAI format if this lasts."
    ja = "モデルの応答を読み取れません。続く場合はサーバーがOpenAI形式に対応しているか確認してください。"


class WrongDimensionError(ModelError):
    """The model's vectors have another length than expected."""

    code = "model_wrong_dimension"
    en = "The model's vectors have another length than expected; check SHIOMI_EMBEDDING_MODEL."
    ja = "モデルのベクトルの次元が想定と異なります。SHIOMI_EMBEDDING_MODELを確認してください。"


class ModelRefusedError(ModelError):
    """The model's server refuses the request: key, quota, model name or content."""

    code = "model_refused"
    en = "The model's server refuses the request; check the key, the quota and the model's name in the settings."
    ja = "モデルのサーバーに拒否されました。設定のキー、利用枠、モデル名を確認してください。"


class ModelNotConfiguredError(ModelError):
    """The settings name a model but not where it is."""

    code = "model_not_configured"
    en = "SHIOMI_EMBEDDING_MODEL needs SHIOMI_OPENAI_API_KEY, SHIOMI_OPENAI_BASE_URL or SHIOMI_AZURE_OPENAI_ENDPOINT."
    ja = (
        "SHIOMI_EMBEDDING_MODELには、SHIOMI_OPENAI_API_KEY、SHIOMI_OPENAI_BASE_URL、"
        "SHIOMI_AZURE_OPENAI_ENDPOINTのいずれかの設定が必要です。"
    )


class ModelFileError(ModelError):
    """The embedded model's file is not the one this version was made for."""

    code = "model_file_broken"
    en = "The embedded model's file is missing or damaged; install the requirements again."
    ja = "組み込みモデルのファイルが見つからないか壊れています。依存パッケージを入れ直してください。"


class EmptyTextError(ModelError):
    """There is no text to make a vector of."""

    code = "empty_text"
    en = "There is no text to search for or to store; enter at least one character."
    ja = "テキストが空です。1文字以上入力してください。"
