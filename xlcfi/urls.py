"""Every path of the deployable: the only place beside settings that names every app."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from xlcfi.api.docs import DocsView, SchemaView
from xlcfi.api.mounting import mounted

handler400 = "xlcfi.api.handlers.bad_request"
handler403 = "xlcfi.api.handlers.permission_denied"
handler404 = "xlcfi.api.handlers.page_not_found"
handler500 = "xlcfi.api.handlers.server_error"

admin.site.site_header = admin.site.site_title = "XLCfi 데이터"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("xlcfi.observability.urls")),
    path("admin/", admin.site.urls),
    path("v1/schema", SchemaView.as_view(), name="schema"),
    path("v1/docs", DocsView.as_view(), name="docs"),
    path("api/v1/schema", SchemaView.as_view()),
    path("api/v1/docs", DocsView.as_view()),
    *mounted("analytics/", "analytics.api.urls"),
    *mounted("products/", "analytics.api.shop"),
    *mounted("recommendations/", "recommendations.api.urls"),
    *mounted("ml/", "ml.api.urls"),
    path("", include("analytics.api.older")),
    path("", include("recommendations.api.older_urls")),
]
