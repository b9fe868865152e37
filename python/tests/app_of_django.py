"""A Django application with a limit, by WSGI and by ASGI."""

from __future__ import annotations

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

import tidegate

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a test",
    MIDDLEWARE=["tidegate.django.RateLimitMiddleware"],
    TIDEGATE={"limits": tidegate.KeyedRateLimiter("2/hour")},
)


def view(request: HttpRequest) -> HttpResponse:
    """Answer."""
    return HttpResponse("fine")


async def async_view(request: HttpRequest) -> HttpResponse:
    """Answer."""
    return HttpResponse("fine")


urlpatterns = [path("a", view), path("b", async_view)]
by_wsgi = get_wsgi_application()
by_asgi = get_asgi_application()
