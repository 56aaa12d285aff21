"""The list of every environment variable that the platform reads, by subject. Adding one is an entry there."""

from xlcfi.env_settings.access import ACCESS
from xlcfi.env_settings.events import EVENTS
from xlcfi.env_settings.figures import FIGURES
from xlcfi.env_settings.java import JAVA
from xlcfi.env_settings.observing import OBSERVING
from xlcfi.env_settings.servers import SERVERS
from xlcfi.env_settings.setting import DESK, DESK_JWT_SECRET, DESK_SECRET_KEY, KEY_LOOKS, PRODUCTION, Setting
from xlcfi.env_settings.web import WEB

__all__ = ["DESK", "DESK_JWT_SECRET", "DESK_SECRET_KEY", "KEY_LOOKS", "PRODUCTION", "SETTINGS", "Setting"]

SETTINGS: tuple[Setting, ...] = (*SERVERS, *ACCESS, *JAVA, *FIGURES, *EVENTS, *OBSERVING, *WEB)
