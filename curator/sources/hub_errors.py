"""What the errors of the Hub's libraries mean to the one who named the data set."""

import os
import re
from collections.abc import Iterator

from curator.errors import SourceError


def explain(error: BaseException, location: str) -> str:
    """One sentence for what went wrong and one for what to do."""
    if isinstance(error, SourceError):
        return str(error)
    kinds = {kind.__name__ for link in _chain(error) for kind in type(link).__mro__}
    text = str(error)
    repo = location.removeprefix("hf:").split("@")[0].split(":")[0]
    page = f"{os.environ.get('HF_ENDPOINT', 'https://huggingface.co')}/datasets/{repo}"
    if "GatedRepoError" in kinds or "is a gated dataset" in text:
        return f"{location}: is gated; accept its terms at {page}, then set HF_TOKEN to a token of that account"
    if "RevisionNotFoundError" in kinds or text.startswith("Revision "):
        return f"{location}: has no such revision; look at {page}/commits for branches, tags and commits"
    if "OfflineModeIsEnabled" in kinds:
        return f"{location}: the Hub is switched off by HF_HUB_OFFLINE; unset it to go online"
    if kinds & {"RepositoryNotFoundError", "DatasetNotFoundError"}:
        return (
            f"{location}: does not exist on the Hub, or is private; check the name, and for a private one set"
            " HF_TOKEN to a token that may read it"
        )
    if "Dataset scripts are no longer supported" in text:
        return (
            f"{location}: comes as a program, which is never run; try hf:{repo}@refs/convert/parquet, where the"
            " Hub keeps a converted copy of many such data sets"
        )
    if "Config name is missing" in text or ("BuilderConfig" in text and "not found" in text):
        names = re.search(r"\[(.*?)\]", text, re.DOTALL)
        listed = names.group(1).replace("'", "") if names else "see its page"
        return f"{location}: name one of its configurations, as in hf:{repo}:CONFIG; there are: {listed}"
    if kinds & {"EmptyDatasetError", "DataFilesNotFoundError"}:
        return f"{location}: holds no files that can be read; see {page}/tree/main"
    if kinds & {"TransportError", "TimeoutException", "ConnectionError", "LocalEntryNotFoundError", "gaierror"}:
        return f"{location}: the Hub cannot be reached; check the network (and HF_ENDPOINT, if set) and try again"
    return f"{location}: could not be read from the Hub: {type(error).__name__}: {' '.join(text.split())[:300]}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
