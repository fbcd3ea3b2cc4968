"""What can keep a picture from being read."""


class OcrError(Exception):
    """The picture could not be read. / 画像を読み取れませんでした。"""


class ModelsMissingError(OcrError):
    """Install the package rapidocr: it carries the weights of the reader.

    パッケージ rapidocr をインストールしてください。文字認識の重みが含まれています。
    """


class ModelsUnknownError(OcrError):
    """Say with ocr.use(folder) where the reader's models are before reading.

    読み取りの前に ocr.use(folder) でモデルの場所を指定してください。
    """
