from huiying.engines import embedded
from huiying.ports import CaseStore, PostArchive, Register
from huiying.settings import Settings


def open_stores(settings: Settings) -> tuple[CaseStore, PostArchive, Register]:
    engine = embedded.open_engine(settings.data)
    engine.stream.close()
    return engine.cases, engine.archive, engine.register
