"""Issue one signed badge and print it as JSON: `python examples/issue_one.py > badge.json`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from issuer import Ledger, ProofChoice, read_achievement, read_roster, run_job, start_job
from keys import Keystore, KeyType, system_clock
from schemas import OrganizationKind
from storage import open_database

COURSE = Path(__file__).parent / "achievements" / "gdt-fundamentals.yaml"
PEOPLE = b"Name,E-mail,Bench task,Final test\n" + "María Ejemplo,maria@example.org,Solid,91\n".encode()

with TemporaryDirectory() as home:
    course = read_achievement(COURSE.read_bytes(), filename=COURSE.name, folder=COURSE.parent)
    people = read_roster(PEOPLE, filename="", achievement=course)
    database = open_database(Path(home) / "ledger.sqlite3")
    keystore = Keystore(Path(home) / "keys", b"example only")
    ledger = Ledger(database, keystore, clock=system_clock, base_url="http://127.0.0.1:8000")
    issuer = ledger.create_issuer(
        name="Lakeshore Technical College (example)", kind=OrganizationKind.COLLEGE, key_type=KeyType.ED25519
    )
    job = start_job(
        ledger,
        people,
        course,
        issuer_slug=issuer.slug,
        proof=ProofChoice.DATA_INTEGRITY,
        awarded_on=None,
        idempotency_key="example",
    )
    run_job(ledger, job.job_id)
    print(ledger.list_issued()[0].json_bytes.decode("utf-8"))
    database.close()
