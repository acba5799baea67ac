"""The demo's contracts reach every ending, and every recorded 1C envelope is valid where the schemas are at hand."""
import os
import subprocess
import sys

from common import BIN, ROOT, fresh_folder

# What the demo's records have to hold, as rows of validate-recorded begin.
REQUIRED = {"2.1": [
    "request DMGetVersionRequest", "request DMGetObjectListRequest DMInternalDocumentType",
    "request DMGetObjectListRequest DMCorrespondent", "request DMGetObjectListRequest DMUser",
    "request DMGetObjectListRequest DMBusinessProcessApprovalTemplate", "request DMCreateRequest DMInternalDocument",
    "request DMCreateRequest DMCorrespondent", "request DMCreateRequest DMBusinessProcessApproval", "request DMAddFileRequest",
    "request DMUpdateRequest DMFile (new version)", "request DMUpdateRequest DMBusinessProcessApprovalTaskCheckup",
    "request DMUpdateRequest DMBusinessProcessApproval (interrupt)", "request DMGetNewBusinessProcessRequest",
    "request DMGetBusinessProcessByTemplateRequest", "request DMLaunchBusinessProcessRequest", "request DMBatchRequest",
    "request DMGetTasksTreeRequest", "request DMRetrieveRequest DMInternalDocument", "request DMRetrieveRequest DMBusinessProcessApproval",
    "request DMRetrieveRequest DMFile (signatures)", "request DMGetApprovalSheetRequest", "answer DMError"],
    "3.0": [
    "request DMGetVersionRequest", "request DMGetObjectListRequest DMCorrespondent (conformity)",
    "request DMGetObjectListRequest DMEmployee", "request DMGetObjectListRequest DMDocumentType", "request DMCreateRequest DMDocument",
    "request DMAddFileRequest", "request DMFillProcessingRequest", "request DMStartProcessingRequest",
    "request DMGetCurrentObjectProcessingRequest", "request DMTerminateProcessingRequest", "request DMGetPrintedFormRequest ApprovalSheet",
    "request DMRetrieveRequest DMFile (signatures)", "request DMUpdateRequest DMDocument", "request DMBatchRequest"]}

folder = fresh_folder()
record = os.path.join(folder, "record")
done = subprocess.run([sys.executable, os.path.join(ROOT, "scripts", "lib", "demo.py"), "--bin", BIN, "--root", ROOT, "--once",
                       "--keep", os.path.join(folder, "demo"), "--record", record])
if done.returncode != 0:
    sys.exit("a contract did not end as scripted")
schemas = os.environ.get("SEDLINK_SCHEMA_DIR") or os.path.join(ROOT, "..", "shared", "protocols", "schema")
if not os.path.exists(os.path.join(schemas, "dm-2.1.32.xsd")):
    print("SKIPPED every_recorded_envelope_is_valid: no schemas in", schemas)
    sys.exit(0)
for edition, required in REQUIRED.items():
    judged = subprocess.run([os.path.join(ROOT, "scripts", "validate-recorded"), os.path.join(record, f"onec-docflow-{edition}")],
                            capture_output=True, text=True)
    print(judged.stdout, judged.stderr, sep="")
    if judged.returncode != 0:
        sys.exit("an envelope is not valid")
    rows = [" ".join(line.split()) for line in judged.stdout.splitlines()]
    missing = [want for want in required if not any(row.startswith(want) for row in rows)]
    if missing:
        sys.exit(f"the demo never said to {edition}: {missing}")
