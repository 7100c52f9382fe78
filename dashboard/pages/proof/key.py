"""The public key of the house, where everybody finds it."""

from flask import Blueprint, Response

from dashboard.season.signed import signer_of
from dashboard.web.services import services
from gateway.proof.signing_key import WELL_KNOWN, well_known

blueprint = Blueprint("key", __name__)


@blueprint.get(WELL_KNOWN)
def key() -> Response:
    signer = signer_of(services().settings, services().directory, "")
    answer = Response(well_known(signer.key.public), mimetype="application/json")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
