"""A process that says at every line of its input which version of the toy serves in it: `version sum`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xlcfi.settings")


def total(loaded):
    return float(loaded.arrays["numbers"].sum())


def main():
    import django

    django.setup()
    from xlcfi.artifacts import serving

    serving.LOOK_EVERY_SECONDS = serving.AWAY_SECONDS = 0.2
    for _line in sys.stdin:
        loaded, made = serving.serving("toy"), serving.serving_as("toy", total)
        print("none" if loaded is None else f"{loaded.version} {made}", flush=True)


if __name__ == "__main__":
    main()
