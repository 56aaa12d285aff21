"""The admin's look and machinery: pages, lists, charts, export, rights. It knows no app; the apps' admins use it."""
