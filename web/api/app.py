"""The interface as an application of its own, below ``/api/v1``: tokens open it, cookies do not."""

from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPBearer

from web.api.acts import case_acts
from web.api.bearer import Bearer
from web.api.cases import case_reading
from web.api.notices import notice_reading
from web.api.places import place_routes
from web.api.problems import Problem, answer_problems, unclear
from web.api_door import ApiDoor

AT = "/api/v1"
LONGEST_NAME = 40
ABOUT = (
    "邻里的接口，第 1 版。每个请求带 Authorization: Bearer 令牌；令牌在后台“接口”页做。"
    "每个 POST 还要带 Idempotency-Key。时间都是 UTC（RFC 3339）。错误都是 application/problem+json（RFC 9457）。"
)


def create_api(door: ApiDoor) -> FastAPI:
    """The application that is mounted at ``AT``."""
    scheme = HTTPBearer(auto_error=False, scheme_name="token", description="后台“接口”页做的令牌")
    api = FastAPI(
        title="Linli", version="1", description=ABOUT, servers=[{"url": AT}], docs_url=None, redoc_url=None,
        openapi_url="/openapi.json", dependencies=[Depends(scheme), Depends(only_known)], redirect_slashes=False,
    )  # fmt: skip
    api.middleware("http")(Bearer(door))
    answer_problems(api, door)
    for routes in (case_reading(door), case_acts(door), place_routes(door), notice_reading(door)):
        api.include_router(routes)
    _with_problem(api)
    return api


def only_known(request: Request) -> None:
    """A filter that is spelt wrongly must not give the whole list. Raises Trouble."""
    route = request.scope["route"]
    known = {parameter.alias for parameter in route.dependant.query_params}
    for name in request.query_params:
        if name not in known:
            raise unclear(f"query.{name[:LONGEST_NAME]}")


def _with_problem(api: FastAPI) -> None:
    """The schema names the one shape of errors instead of the framework's own."""
    plain = api.openapi

    def openapi() -> dict[str, Any]:
        schema = plain()
        shapes = schema["components"]["schemas"]
        shapes["Problem"] = Problem.model_json_schema()
        for name in ("HTTPValidationError", "ValidationError"):
            shapes.pop(name, None)
        return schema

    api.openapi = openapi  # type: ignore[method-assign]
