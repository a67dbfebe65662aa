"""Media types by file name and back, as in the table of the real server."""

import mimetypes
from pathlib import PurePosixPath

_TYPES = {
    "3gp": "video/3gpp",
    "aac": "audio/x-aac",
    "apk": "application/vnd.android.package-archive",
    "avi": "video/x-msvideo",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "flac": "audio/x-flac",
    "gif": "image/gif",
    "gz": "application/gzip",
    "heic": "image/heic",
    "html": "text/html",
    "ics": "text/calendar",
    "jpe": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m4a": "audio/mp4",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rar": "application/vnd.rar",
    "rtf": "application/rtf",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "vcf": "text/x-vcard",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
}
_EXTENSIONS = {
    "audio/mp4": "m4a",
    "audio/mpeg": "mpga",
    "audio/ogg": "oga",
    "image/jpeg": "jpeg",
    "text/plain": "txt",
    "video/mp4": "mp4",
}
_MORE = mimetypes.MimeTypes(filenames=())


def type_of(file_name: str) -> str | None:
    """The media type for a file name; a name without a dot is taken for an extension."""
    suffix = PurePosixPath(f"x.{file_name}").suffix.removeprefix(".").lower()
    return _TYPES.get(suffix) or _MORE.guess_type(f"x.{suffix}")[0]


def extension_of(media_type: str | None) -> str | None:
    """The first extension for a media type, parameters aside."""
    plain = (media_type or "").partition(";")[0].strip().lower()
    if plain in _EXTENSIONS:
        return _EXTENSIONS[plain]
    own = next((suffix for suffix, known in _TYPES.items() if known == plain), None)
    guessed = _MORE.guess_extension(plain) if own is None and plain else None
    return own or (guessed.removeprefix(".") if guessed else None)
