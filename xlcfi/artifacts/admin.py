"""Models in the admin: the page of all, the versions, the trainings, the drift."""

from django.contrib import admin

from xlcfi.artifacts.admin_page import ModelsPage as ModelsPage
from xlcfi.artifacts.admin_rows import ModelDriftAdmin, ModelTrainingAdmin
from xlcfi.artifacts.admin_versions import ModelVersionAdmin
from xlcfi.artifacts.models import ModelDrift, ModelTraining, ModelVersion

admin.site.register(ModelVersion, ModelVersionAdmin)
admin.site.register(ModelTraining, ModelTrainingAdmin)
admin.site.register(ModelDrift, ModelDriftAdmin)
