"""What can go wrong with a model, as one small tree; each error knows whether waiting helps."""


class ModelError(Exception):
    """Something went wrong with a model."""

    code = "model_error"
    passing = False
    is_down: bool | None = False
    """Whether this speaks of a provider that is out of order; None: it says nothing about the provider."""
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
    is_down = True
    en = "The model's server does not answer; check its address if this lasts."
    ja = "モデルのサーバーが応答しません。続く場合は接続先の設定を確認してください。"


class BadAnswerError(ModelError):
    """The model's answer could not be read."""

    code = "model_bad_answer"
    passing = True
    is_down = True
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


class PromptTooLongError(ModelError):
    """The prompt is longer than the model reads."""

    code = "model_prompt_too_long"
    en = "The prompt is longer than the model reads; correct the model's context length on the page Models."
    ja = "プロンプトがモデルの上限を超えています。「モデル」ページでコンテキスト長を確認してください。"


class ModelCutError(ModelError):
    """The model's answer broke off after it had begun."""

    code = "model_cut"
    passing = True
    is_down = True
    en = "The model's answer broke off in the middle; the work is tried again by itself."
    ja = "モデルの応答が途中で切れました。自動で再試行します。"


class MalformedAnswerError(ModelError):
    """The model was asked twice and did not answer in the shape that was asked for."""

    code = "model_malformed_answer"
    en = "The model did not answer in the shape asked for, twice; choose a stronger model or allow it more tokens."
    ja = "モデルが2回とも指定の形式で回答しませんでした。別のモデルを選ぶか、最大トークン数を増やしてください。"


class ModelRestsError(ModelError):
    """The model's provider failed several times in a row and is left alone for a while."""

    code = "model_resting"
    passing = True
    is_down = None
    en = "The model's provider failed several times in a row; it is left alone for a moment and then tried again."
    ja = "モデルの接続先で障害が続いたため、しばらく間を置いてから再試行します。"


class BudgetSpentError(ModelError):
    """The money for paid models is spent for this month."""

    code = "model_budget_spent"
    is_down = None
    en = "This month's budget for paid models is spent; raise SHIOMI_MODEL_MONTHLY_BUDGET or wait for the next month."
    ja = "今月の有料モデルの予算を使い切りました。SHIOMI_MODEL_MONTHLY_BUDGETを増やすか、来月までお待ちください。"


class PriceListError(ModelError):
    """The price list of the models can't be read."""

    code = "model_prices_broken"
    is_down = None
    en = "The price list can't be read; correct the file named in SHIOMI_PRICES_FILE."
    ja = "価格表を読み取れません。SHIOMI_PRICES_FILEのファイルを修正してください。"


class BadPictureError(ModelError):
    """This is no picture that a vision model reads, or it is too big."""

    code = "model_bad_picture"
    is_down = None
    en = "A vision model reads PNG, JPEG, WebP and GIF up to 20 MB; send the picture as one of these."
    ja = "画像モデルが読めるのは20 MBまでのPNG・JPEG・WebP・GIFです。いずれかの形式で渡してください。"


class BadSoundError(ModelError):
    """This sound file is too big for a speech model, or there is none."""

    code = "model_bad_sound"
    is_down = None
    en = "A speech model takes files of up to 25 MB; cut the sound into shorter pieces."
    ja = "音声モデルが受け取れるのは25 MBまでです。音声を短く分けてください。"


class ModelNotConfiguredError(ModelError):
    """The settings name a model but not where it is."""

    code = "model_not_configured"
    en = "A named model needs SHIOMI_OPENAI_API_KEY, SHIOMI_OPENAI_BASE_URL or SHIOMI_AZURE_OPENAI_ENDPOINT."
    ja = (
        "モデルを使うには、SHIOMI_OPENAI_API_KEY、SHIOMI_OPENAI_BASE_URL、"
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
