"""`python -m scripts.services start|stop|status|clean [postgres] [redis] [kafka]`."""

import argparse
import sys

from scripts.servers.postgres import ServerFailed
from scripts.services.control import NAMES, services_clean, services_show, services_start, services_stop


def main() -> int:
    """Carry out the command; 0 when it worked (for status: when all run)."""
    parser = argparse.ArgumentParser(prog="services", description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "status", "clean"])
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="only these")
    parser.add_argument("--throwaway", action="store_true", help="PostgreSQL without fsync: for tests only")
    options = parser.parse_args()
    names = tuple(options.names) or NAMES
    try:
        if options.action == "start":
            started = services_start(names=names, throwaway=options.throwaway)
            print("started: " + (" ".join(started) or "nothing, all were running"))
        elif options.action == "stop":
            services_stop(names=names)
        elif options.action == "clean":
            services_clean()
        else:
            return 0 if services_show() else 1
    except (ServerFailed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
