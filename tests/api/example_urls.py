"""The paths of the example views."""

from django.contrib import admin
from django.urls import path

from tests.api import example_views as views
from xlcfi.api import converters  # noqa: F401  # registers <bigid:…>

handler400 = "xlcfi.api.handlers.bad_request"
handler403 = "xlcfi.api.handlers.permission_denied"
handler404 = "xlcfi.api.handlers.page_not_found"
handler500 = "xlcfi.api.handlers.server_error"

urlpatterns = [
    path("who", views.WhoView.as_view()),
    path("users/<bigid:user_id>", views.UserView.as_view()),
    path("self", views.UserView.as_view()),
    path("seller", views.SellerView.as_view()),
    path("admin-only", views.AdminView.as_view()),
    path("service", views.ServiceView.as_view()),
    path("older/<bigid:user_id>", views.OlderView.as_view()),
    path("list", views.ListView.as_view()),
    path("echo", views.EchoView.as_view()),
    path("money", views.MoneyView.as_view()),
    path("download", views.DownloadView.as_view()),
    path("raising/<str:what>", views.RaisingView.as_view()),
    path("raising-plainly/<str:what>", views.raising_plainly),
    path("database", views.DatabaseView.as_view()),
    path("admin/", admin.site.urls),
]
