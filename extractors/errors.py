"""Every way in which a file can refuse to be read, with a sentence in Japanese and English for its owner."""

from typing import ClassVar


class ExtractionError(Exception):
    """The file could not be read."""

    code: ClassVar[str] = "document_unreadable"
    ja: ClassVar[str] = "ファイルを読み取れませんでした。別の形式で保存し直してからアップロードしてください。"
    en: ClassVar[str] = "The file could not be read; save it in another format and upload it again."
    passing: ClassVar[bool] = False

    def __init__(self, detail: str = "") -> None:
        """Keep a detail for the log; a person is shown `ja` or `en`."""
        super().__init__(detail or self.en)
        self.detail = detail

    def sentence(self, language: str) -> str:
        """Return the sentence for a person who reads `language`."""
        return self.ja if language == "ja" else self.en


class DocumentEncryptedError(ExtractionError):
    """The file is protected by a password."""

    code = "document_encrypted"
    ja = "ファイルがパスワードで保護されています。パスワードを解除してからアップロードしてください。"
    en = "The file is protected by a password; remove the password and upload it again."


class DocumentBrokenError(ExtractionError):
    """The file is damaged or cut off."""

    code = "document_broken"
    ja = "ファイルが壊れています。元のアプリケーションで開けるか確認し、保存し直してアップロードしてください。"
    en = "The file is damaged; check that it opens in its own program, save it again and upload it."


class DocumentEmptyError(ExtractionError):
    """The file holds nothing."""

    code = "document_empty"
    ja = "ファイルの中身が空です。内容のあるファイルを選んでアップロードしてください。"
    en = "The file is empty; choose a file with content and upload it."


class DocumentBombError(ExtractionError):
    """The file unpacks to far more than it shows."""

    code = "document_bomb"
    ja = "展開すると異常に大きくなるファイルのため処理を中止しました。内容を分けて小さなファイルにしてください。"
    en = "The file unpacks to an abnormal size and was refused; split its content into smaller files."


class DocumentUnsupportedError(ExtractionError):
    """The file is of a kind that is not read as a document."""

    code = "document_unsupported"
    ja = (
        "この種類のファイルは文書として読み取れません。PDF・Word・Excel・PowerPoint・CSV・HTML・Markdown・"
        "テキスト・メール・ZIPのいずれかでアップロードしてください。"
    )
    en = (
        "This kind of file cannot be read as a document; upload PDF, Word, Excel, PowerPoint, CSV, HTML, Markdown, "
        "text, e-mail or ZIP."
    )


class MediaNotDocumentError(DocumentUnsupportedError):
    """The file is a picture, a video or a sound, not a document."""

    ja = (
        "画像・動画・音声は文書としては読み取れません。種類「自動」または該当する種類を選んでアップロードしてください。"
    )
    en = "Pictures, videos and sounds are not read as documents; upload them with the kind “auto” or their own kind."


class DocumentOldOfficeError(ExtractionError):
    """The file is in an Office format from before 2007."""

    code = "document_old_office"
    ja = "古い形式のOfficeファイルです。docx・xlsx・pptxのいずれかで保存し直してアップロードしてください。"
    en = "The file is in an old Office format; save it as docx, xlsx or pptx and upload it again."


class ArchiveUnsafeError(ExtractionError):
    """The archive holds a path that points outside of it."""

    code = "archive_unsafe"
    ja = "ZIPの中に外部を指す不正なパスがあるため展開しませんでした。安全なファイルだけで作り直してください。"
    en = "The ZIP holds a path that points outside of it and was not unpacked; make it again from safe files only."


class LimitMemoryError(ExtractionError):
    """The file needs more memory than a reader may use."""

    code = "limit_memory"
    ja = "読み取りに必要なメモリが上限を超えました。ファイルを分割してアップロードしてください。"
    en = "Reading the file needs more memory than allowed; split it and upload the parts."


class LimitTimeError(ExtractionError):
    """The file takes longer to read than a reader may take."""

    code = "limit_time"
    ja = "読み取りが制限時間内に終わりませんでした。ファイルを分割してアップロードしてください。"
    en = "Reading the file took longer than allowed; split it and upload the parts."


class ExtractorCrashedError(ExtractionError):
    """The reader died on the file."""

    code = "extractor_crashed"
    ja = "読み取り中にプログラムが異常終了しました。ファイルを保存し直してからもう一度お試しください。"
    en = "The reader stopped abnormally on this file; save the file again and retry."
    passing = True


class PictureUnsupportedError(ExtractionError):
    """The file is not a picture of a kind that is read."""

    code = "picture_unsupported"
    ja = (
        "この種類の画像は読み取れません。PNG・JPEG・WebP・AVIF・HEIC・GIF・TIFF・BMPのいずれかで保存し直して"
        "アップロードしてください。"
    )
    en = "This kind of picture cannot be read; save it as PNG, JPEG, WebP, AVIF, HEIC, GIF, TIFF or BMP and upload it."


class PictureBrokenError(ExtractionError):
    """The picture is damaged so that nothing of it can be seen."""

    code = "picture_broken"
    ja = "画像が壊れています。開けるか確認し、撮り直すか保存し直してアップロードしてください。"
    en = "The picture is damaged; check that it opens, then take or save it again and upload it."


class PictureTooLargeError(ExtractionError):
    """The picture has more pixels than can be unpacked even to be made smaller."""

    code = "picture_too_large"
    ja = "画像の画素数が多すぎます。縮小するか必要な部分だけ切り取ってアップロードしてください。"
    en = "The picture has too many pixels; make it smaller or cut out the part that matters and upload that."


class PictureTooSmallError(ExtractionError):
    """The picture is so small that it cannot hold text."""

    code = "picture_too_small"
    ja = "画像が小さすぎて文字を含められません。元の大きさの画像をアップロードしてください。"
    en = "The picture is too small to hold any text; upload it in its original size."


class ScreenshotWithoutTextError(ExtractionError):
    """No text was found in the picture."""

    code = "screenshot_no_text"
    ja = "画像に文字が見つかりませんでした。数値の写った画面を撮り直してアップロードしてください。"
    en = "No text was found in the picture; take a screenshot that shows the numbers and upload it."


class ScreenshotLowResolutionError(ExtractionError):
    """The picture has too few pixels for its text to be read."""

    code = "screenshot_low_resolution"
    ja = "解像度が低く文字を読み取れませんでした。縮小していない元の画像をアップロードしてください。"
    en = "The resolution is too low for its text to be read; upload the original picture, not a reduced one."


ERRORS: dict[str, type[ExtractionError]] = {
    error.__name__: error
    for error in (
        ExtractionError,
        DocumentEncryptedError,
        DocumentBrokenError,
        DocumentEmptyError,
        DocumentBombError,
        DocumentUnsupportedError,
        MediaNotDocumentError,
        DocumentOldOfficeError,
        ArchiveUnsafeError,
        LimitMemoryError,
        LimitTimeError,
        ExtractorCrashedError,
        PictureUnsupportedError,
        PictureBrokenError,
        PictureTooLargeError,
        PictureTooSmallError,
        ScreenshotWithoutTextError,
        ScreenshotLowResolutionError,
    )
}
"""By class name: how an error crosses the border of the sandbox."""

WARNINGS: dict[str, tuple[str, str]] = {
    "page_unreadable": ("一部のページを読み取れませんでした。", "Some pages could not be read."),
    "pages_truncated": (
        "ページ数が多いため先頭部分のみ読み取りました。",
        "Only the first pages of a very long file were read.",
    ),
    "image_skipped": ("ページ画像を作成できませんでした。", "A page image could not be made."),
    "sheet_truncated": ("シートが大きいため先頭部分のみ読み取りました。", "A large sheet was read only in part."),
    "text_truncated": ("テキストが大きいため先頭部分のみ読み取りました。", "A large text was read only in part."),
    "tables_skipped": ("図形が多いため表を検出しませんでした。", "A page has too many drawings to look for tables."),
    "entry_skipped": ("一部のファイルを読み取れませんでした。", "Some files inside could not be read."),
    "picture_unread": ("一部の画像内の文字を読み取れませんでした。", "Text in some pictures could not be read."),
    "encoding_guessed": ("文字コードを推定して読み取りました。", "The character encoding was guessed."),
    "picture_downsized": ("画像が大きいため縮小して読み取りました。", "A large picture was read at a smaller size."),
    "picture_damaged": (
        "画像が途中で壊れているため、読めた部分のみ読み取りました。",
        "The picture is damaged or cut off; only what could be seen was read.",
    ),
    "picture_first_frame": (
        "動く画像のため最初のコマのみ読み取りました。",
        "Only the first frame of an animated picture was read.",
    ),
    "picture_first_page": ("最初のページのみ読み取りました。", "Only the first page of the picture file was read."),
}
"""What an ExtractionWarning's code says to a person: Japanese, English."""
