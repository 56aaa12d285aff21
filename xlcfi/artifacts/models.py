"""Versions of models, their files in parts, what people did about them, trainings, and drift."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ModelVersion(models.Model):
    """A trained model. Its file never changes; at most one version of a name serves."""

    class State(models.TextChoices):
        """What it is there for."""

        CANDIDATE = "candidate", _("kept aside")
        SERVING = "serving", _("serving")
        RETIRED = "retired", _("retired")

    name = models.CharField(_("name"), max_length=64)
    version = models.PositiveIntegerField(_("version number"))
    state = models.CharField(_("state"), max_length=10, choices=State)
    # Why it serves, was kept aside or was retired.
    reason = models.TextField(_("reason"))
    window_from = models.DateTimeField(_("data from"))
    window_to = models.DateTimeField(_("data until"))
    features = models.JSONField(_("features"), default=list)
    parameters = models.JSONField(_("parameters"), default=dict)
    metrics = models.JSONField(_("metrics"), default=dict)
    file_bytes = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    # Its parts are gone: it can't serve any more.
    file_removed_at = models.DateTimeField(_("file removed at"), null=True)
    trained_by = models.CharField(_("trained by"), max_length=150)
    trained_at = models.DateTimeField(_("trained at"), db_default=Now())
    seconds = models.FloatField(_("seconds of training"))
    # When it last began to serve; none: it never did.
    served_at = models.DateTimeField(_("serving since"), null=True)
    # What was found by whoever wanted to load it; empty: nothing.
    damage = models.TextField(_("damage"), db_default="")

    class Meta:
        db_table = "model_versions"
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="artifacts_version_once"),
            # Also what every process looks at every two seconds.
            models.UniqueConstraint(fields=["name"], condition=models.Q(state="serving"), name="artifacts_one_serving"),
        ]
        permissions = [
            ("serve_modelversion", "Can choose any version of a model to serve"),
            ("rollback_modelversion", "Can have a version serve that served before"),
            ("retire_modelversion", "Can retire a version of a model"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class ModelFilePart(models.Model):
    """A megabyte of a version's file."""

    pk = models.CompositePrimaryKey("model_version", "part")
    model_version = models.ForeignKey(ModelVersion, models.CASCADE, db_index=False, related_name="+")
    part = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "model_file_parts"
        verbose_name = _("part of a model's file")
        verbose_name_plural = _("parts of models' files")

    def __str__(self) -> str:
        return f"{self.model_version_id} part {self.part}"


class ModelChange(models.Model):
    """A change of a version's state: who, when, from what to what, why. Never changed, never removed."""

    model_version = models.ForeignKey(
        ModelVersion, models.PROTECT, verbose_name=_("model version"), related_name="changes"
    )
    at = models.DateTimeField(_("at"), db_default=Now())
    who = models.CharField(_("who"), max_length=150)
    before = models.CharField(_("state before"), max_length=10, blank=True, choices=ModelVersion.State)
    after = models.CharField(_("state after"), max_length=10, choices=ModelVersion.State)
    why = models.TextField(_("why"))

    class Meta:
        db_table = "model_changes"
        verbose_name = _("change of a model")
        verbose_name_plural = _("changes of models")

    def __str__(self) -> str:
        return f"{self.before or '-'} → {self.after}"


class ModelTraining(models.Model):
    """A training: asked for, running, or how it ended."""

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    name = models.CharField(_("name"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State)
    options = models.JSONField(_("options"), default=dict)
    asked_by = models.CharField(_("asked for by"), max_length=150)
    asked_at = models.DateTimeField(_("asked for at"), db_default=Now())
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    stage = models.CharField(_("stage"), max_length=100, db_default="")
    done = models.BigIntegerField(_("so far"), db_default=0)
    of = models.BigIntegerField(_("altogether"), db_default=0)
    # What came of it, for people; or why it failed.
    outcome = models.TextField(_("outcome"), db_default="")
    model_version = models.ForeignKey(
        ModelVersion, models.PROTECT, verbose_name=_("model version"), related_name="trainings", null=True
    )

    class Meta:
        db_table = "model_trainings"
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [
            # Asking again while one waits asks for nothing more.
            models.UniqueConstraint(fields=["name"], condition=models.Q(state="queued"), name="artifacts_one_queued"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state__in=("queued", "running")), name="artifacts_unended"),
            models.Index(fields=["name", "-id"], name="artifacts_training_latest"),
        ]
        permissions = [("ask_modeltraining", "Can ask for a model to be trained")]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class ModelDrift(models.Model):
    """How far a feature, or the outcome, of one week is from what a version was trained on (`psi.py`)."""

    class Level(models.TextChoices):
        """What the figure asks for."""

        FINE = "fine", _("as trained")
        WARNING = "warning", _("warning")
        ALERT = "alert", _("alert")

    model_version = models.ForeignKey(
        ModelVersion, models.CASCADE, verbose_name=_("model version"), db_index=False, related_name="drift"
    )
    feature = models.CharField(_("feature"), max_length=100)
    # The Monday of the week in Seoul.
    week = models.DateField(_("week of"))
    psi = models.FloatField("PSI")
    rows = models.PositiveIntegerField(_("rows"))
    level = models.CharField(_("level"), max_length=10, choices=Level)

    class Meta:
        db_table = "model_drift"
        verbose_name = _("drift of a model")
        verbose_name_plural = _("drift of models")
        constraints = [
            models.UniqueConstraint(fields=["model_version", "feature", "week"], name="artifacts_drift_once")
        ]

    def __str__(self) -> str:
        return f"{self.feature} {self.week}: {self.psi:.3f}"
