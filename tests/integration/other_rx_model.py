"""Entity types of a Directum RX, as its $metadata would have them: an excerpt of the base solution, with what editions lack.

A line is `Type base set guid module` and `!` for an abstract one, then its properties: s string (with its length), x text, i Int32,
l Int64, d double, b boolean, t time, `e:A/B` enumeration, `>Type` a link, `[Type` rows, `%` binary, `*` required in the card.
"""
import re

SOURCE = """
ElectronicDocument - IElectronicDocuments 030d8d67-9b94-4f0d-bcc6-691016eb70f3 Content ! Name:s250 Created:t Modified:t HasRelations:b HasVersions:b HasPublicBody:b VersionsLocked:b LastVersionApproved:b LastVersionSignatureType:s Author:>User AssociatedApplication:>AssociatedApplication Versions:[Version
OfficialDocument ElectronicDocument IOfficialDocuments 58cca102-1e97-4f07-b6ac-fd866a8b7cb1 Docflow ! RegistrationNumber:s50 RegistrationDate:t DocumentRegister:>DocumentRegister LifeCycleState:e:Draft/Active/Obsolete RegistrationState:e:Registered/Reserved/NotRegistered InternalApprovalState:e:OnApproval/OnRework/PendingSign/Signed/Aborted ExternalApprovalState:e:OnApproval/Signed/Unsigned ExecutionState:e:OnReview/Sending/WithoutExecut/OnExecution/Executed/Aborted ControlExecutionState:e:OnControl/SpecialControl/WithoutControl/ControlRemoved ExchangeState:e:Received/Sent/Signed/Rejected/SignRequired/Terminated/Obsolete/SignAwaited VerificationState:e:InProcess/Completed DocumentKind:>DocumentKind* BusinessUnit:>BusinessUnit Department:>Department Subject:s250 Note:s1000 OurSignatory:>Employee DocumentGroup:>DocumentGroupBase Assignee:>Employee PreparedBy:>Employee LeadingDocument:>OfficialDocument DocumentDate:t ExternalId:s250 LastVersionChanged:t StoredIn:s PaperCount:i Index:i
ContractualDocumentBase OfficialDocument IContractualDocumentBases 454df3c6-b850-47cf-897f-a10d767baa77 Docflow ! BusinessUnit:>BusinessUnit* Department:>Department* Counterparty:>Counterparty* CounterpartySignatory:>Contact TotalAmount:d Currency:>Currency CounterpartySigningReason:s VatAmount:d NetAmount:d PurchaseOrderNumber:s50
ContractualDocument ContractualDocumentBase IContractualDocuments 59079f7f-a326-4947-bbd6-0ae6dfb5f59b Contracts ! Contact:>Contact ValidFrom:t ValidTill:t ResponsibleEmployee:>Employee IsStandard:b CounterpartyRegistrationNumber:s50
ContractBase ContractualDocument IContractBases 306da7fa-dc27-437c-bb83-42c92436b7e2 Contracts ! LifeCycleState:e:Terminated/Closed Subject:s250* IsAutomaticRenewal:b DaysToFinishWorks:i IsFrameworkContract:b
Contract ContractBase IContracts f37c7e63-b134-4446-9b5b-f8811f6c9666 Contracts
InternalDocumentBase OfficialDocument IInternalDocumentBases ce3e34ed-7be2-4426-a951-d5a70f966650 Docflow !
SimpleDocument InternalDocumentBase ISimpleDocuments 09584896-81e2-4c83-8f6c-70eb8321e1d0 Docflow
Addendum InternalDocumentBase IAddendums 58b9ed35-9c84-46cd-aa79-9b5ef5a82f5d Docflow LeadingDocument:>OfficialDocument*
Version - IElectronicDocumentVersionss - Content Number:i Note:s Created:t Modified:t IsHidden:b Author:>User AssociatedApplication:>AssociatedApplication Body:% PublicBody:%
AssociatedApplication - IAssociatedApplications - Content Name:s Extension:s Status:e:Active/Closed
Counterparty - ICounterparties 294767f1-009f-4fbd-80fc-f98c49ddc560 Parties ! Name:s250* TIN:s50 LegalAddress:s500 PostalAddress:s500 Phones:s Email:s Homepage:s Note:s1000 Nonresident:b PSRN:s50 NCEO:s50 NCEA:s500 Account:s34 CanExchange:b Code:s10 Responsible:>Employee Status:e:Active/Closed
CompanyBase Counterparty ICompanyBases 78278dd7-f0d2-4e35-b543-13d0bd462cd6 Parties ! HeadCompany:>Company TRRC:s50 IsCardReadOnly:b LegalName:s500
Company CompanyBase ICompanies 593e143c-616c-4d95-9457-fd916c4aa7f8 Parties
Person Counterparty IPersons f5509cdc-ac0c-4507-a4d3-61d7a0a9b6f6 Parties LastName:s250* FirstName:s250* MiddleName:s
Contact - IContacts c8daaef9-a679-4a29-ac01-b93c1637c72e Parties Name:s750* Person:>Person Company:>CompanyBase* JobTitle:s Phone:s Email:s SigningReason:s Status:e:Active/Closed
Recipient - IRecipients - CoreEntities ! Name:s750 Sid:g Status:e:Active/Closed
User Recipient IUsers - CoreEntities Login:>Login
Employee User IEmployees b7905516-2be5-4931-961c-cb38d5677565 Company Person:>Person* Department:>Department* JobTitle:>JobTitle Phone:s Note:s1000 Email:s PersonnelNumber:s25 ExternalId:s
BusinessUnit Recipient IBusinessUnits eff95720-181f-4f7d-892d-dec034c7b2ab Company TIN:s50 TRRC:s50 LegalName:s500 PSRN:s50 CEO:>Employee HeadCompany:>BusinessUnit Company:>Company Email:s Code:s10 Note:s1000 ExternalId:s
Department Recipient IDepartments 61b1c19f-26e2-49a5-b3d3-0d3618151e12 Company ShortName:s Code:s10 Manager:>Employee HeadOffice:>Department BusinessUnit:>BusinessUnit ExternalId:s
JobTitle - IJobTitles - Company Name:s* Status:e:Active/Closed
Login - ILogins - CoreEntities LoginName:s TypeAuthentication:e:Password/Windows NeedChangePassword:b Status:e:Active/Closed
DocumentKind - IDocumentKinds 14a59623-89a2-4ea8-b6e9-2ad4365f358c Docflow Name:s* ShortName:s* Code:s10 DocumentFlow:e:Incoming/Outgoing/Inner/Contracts* NumberingType:e:Numerable/NotNumerable/Registrable* AutoNumbering:b GenerateDocumentName:b IsDefault:b Status:e:Active/Closed DocumentType:>DocumentType*
DocumentType - IDocumentTypes 0896aa80-e1da-4a1e-9485-d172f8e242bc Docflow Name:s* DocumentTypeGuid:s* DocumentFlow:e:Incoming/Outgoing/Inner/Contracts* IsRegistrationAllowed:b Status:e:Active/Closed
DocumentGroupBase - IDocumentGroupBases f5061291-4ac6-428f-b091-d53acdbe9ae5 Docflow ! Name:s* Note:s Status:e:Active/Closed
ContractCategory DocumentGroupBase IContractCategories eb34ad64-f23b-4c9f-9d48-74834fbbe33e Contracts Code:s10
DocumentRegister - IDocumentRegisters d7800dd5-a9d2-41e9-bbc4-a39292ac1eeb Docflow Name:s180* Index:s20* NumberOfDigitsInNumber:i* DocumentFlow:e:Incoming/Outgoing/Inner/Contracts* RegisterType:e:Registration/Numbering* Status:e:Active/Closed
Currency - ICurrencies ffc2629f-dc30-4106-a3ce-c402ae7d32b9 Commons Name:s* AlphaCode:s* ShortName:s* FractionName:s* IsDefault:b NumericCode:s3* Status:e:Active/Closed
ApprovalRuleBase - IApprovalRuleBases 42a6a084-6828-47d9-95bb-50b0538a6037 Docflow ! Name:s* Status:e:Active/Closed/Draft DocumentFlow:e:Incoming/Outgoing/Inner/Contracts* Priority:i IsDefaultRule:b VersionNumber:i* IsSmallApprovalAllowed:b NeedRestrictInitiatorRights:b Note:s1000
ApprovalRule ApprovalRuleBase IApprovalRules a8dc61a5-862e-4c8a-a0e0-a5735ec3c3b3 Docflow
ExternalEntityLink - IExternalEntityLinks 4346363e-39b9-40eb-9c12-64f0cf48d87f Commons EntityType:s36 EntityId:l ExtEntityType:s100 ExtEntityId:s36 ExtSystemId:s250 SyncDate:t IsDeleted:b Name:s250 Status:e:Active/Closed
Task - ITasks - Workflow ! Subject:s250 ThreadSubject:s250 ActiveText:x Status:e:Draft/InProcess/UnderReview/Completed/Aborted/Suspended Importance:e:Low/Normal/High Created:t Modified:t Started:t MaxDeadline:t NeedsReview:b Author:>User StartedBy:>User MainTask:>Task Texts:[Text AttachmentDetails:[AttachmentDetail
ApprovalTask Task IApprovalTasks 100950d0-03d2-44f0-9e31-f9c8dfdf3829 Docflow ApprovalRule:>ApprovalRuleBase* Signatory:>Employee StageNumber:i Iteration:i AbortingReason:x ReworkReason:s Addressee:>Employee DocumentExternalApprovalState:e:OnApproval/Signed/Unsigned/Empty IsStageAssigneeNotFound:b ReworkPerformer:>Employee AddApprovers:[Approver
FreeApprovalTask Task IFreeApprovalTasks 77f43035-9f23-4a19-9882-5a6a2cd5c9c7 Docflow ReceiveNotice:b ReceiveOnCompletion:e:Assignment/Notice* Approvers:[Approver*
DocumentFlowTask Task IDocumentFlowTasks c51a9c15-4449-4411-b17b-2ea3ce891ab6 DocflowApproval AbortingReason:x AddApprovers:[Approver
SimpleTask Task ISimpleTasks 83f2a537-0cf0-4429-ae76-e9a386ca53aa Workflow Deadline:t
AssignmentBase - IAssignmentBases - Workflow ! Subject:s250 ThreadSubject:s250 ActiveText:x Status:e:InProcess/Completed/Aborted/Suspended Importance:e:Low/Normal/High Created:t Modified:t IsRead:b Performer:>Recipient Author:>User Task:>Task MainTask:>Task Texts:[Text AttachmentDetails:[AttachmentDetail
Assignment AssignmentBase IAssignments - Workflow ! Result:s Deadline:t Completed:t CompletedBy:>User
Notice AssignmentBase INotices - Workflow
ApprovalAssignment Assignment IApprovalAssignments daf1900f-e66b-4368-b724-a073266145d7 Docflow Result:e:Approved/WithSuggestions/ForRevision/Forward StageNumber:i
ApprovalManagerAssignment Assignment IApprovalManagerAssignments bbb08f45-60c1-4496-9ff6-b32caed44215 Docflow Result:e:Approved/WithSuggestions/ForRevision StageNumber:i
ApprovalSigningAssignment Assignment IApprovalSigningAssignments db516acc-0f02-4ea7-960a-08f3f734db4f Docflow Result:e:Sign/ConfirmSign/ForRevision/Abort StageNumber:i
ApprovalReworkAssignment Assignment IApprovalReworkAssignments 040862cd-a46f-4366-b068-e659c7acaea6 Docflow Result:e:ForReapproving/Forward StageNumber:i
FreeApprovalAssignment Assignment IFreeApprovalAssignments 01be6c28-8785-4f74-9877-e3270704452e Docflow Result:e:Approved/ForRework/Forward
FreeApprovalReworkAssignment Assignment IFreeApprovalReworkAssignments 593ff79e-38b4-4903-b20e-9e08cfea6307 Docflow Result:e:Reworked NewDeadline:t
FreeApprovalFinishAssignment Assignment IFreeApprovalFinishAssignments d3277007-c49f-4aaa-a0f7-e397fa4fb9fc Docflow Result:e:Complete
EntityApprovalAssignment Assignment IEntityApprovalAssignments 28090f3e-2104-4251-a823-229ad1de0427 DocflowApproval Result:e:Approved/WithSuggestions/ForRework/Forward
EntityReworkAssignment Assignment IEntityReworkAssignments 14d47b91-96e5-4b5f-89c0-8f8a8db7bc4c DocflowApproval Result:e:ForReapproval/Forward NewDeadline:t
SigningAssignment Assignment ISigningAssignments aa94c3bf-2eb5-4e4b-bc1e-c4b86604b889 DocflowApproval Result:e:Sign/Reject/ForRework/Forward
SimpleAssignment Assignment ISimpleAssignments - Workflow Result:e:Complete
ReviewAssignment Assignment IReviewAssignments - Workflow Result:e:Accepted/ForRework
Text - - - Workflow Created:t Body:x IsAutoGenerated:b Author:>User
AttachmentDetail - - - Workflow AttachmentId:l AttachmentTypeGuid:g GroupId:g AttachedAt:t AttachedBy:>User Task:>Task MainTask:>Task
Approver - - - Docflow Approver:>Recipient
"""

class Property:
    def __init__(self, name, text):
        self.name, self.required, text = name, text.endswith("*"), text.rstrip("*")
        self.kind, rest = text[0], text[1:]
        self.target = rest if self.kind in ">[" else None
        self.values = rest[1:].split("/") if self.kind == "e" else None
        self.length = int(rest) if self.kind == "s" and rest else None

    @property
    def simple(self):
        return self.kind not in ">[%"


class Type:
    def __init__(self, words):
        self.name, self.base, self.set, self.guid, self.module = words[:5]
        rest = words[5:]
        self.abstract = rest[:1] == ["!"]
        self.own = [Property(*w.split(":", 1)) for w in rest if w != "!"]
        self.properties = {}


class Model:
    """ids: "Edm.Int64" from 4.7 on."""

    def __init__(self, edition, external_ids, entity_links):
        number = tuple(int(n) for n in edition.split("."))
        self.ids = "Edm.Int64" if number >= (4, 7) else "Edm.Int32"
        self.types = {}
        for line in SOURCE.strip().splitlines():
            t = Type(line.split())
            if t.name == "ExternalEntityLink" and not entity_links or t.name in ("DocumentFlowTask", "EntityApprovalAssignment",
                    "EntityReworkAssignment", "SigningAssignment") and number < (4, 11):
                continue
            if not external_ids:
                t.own = [p for p in t.own if p.name != "ExternalId"]
            if t.base != "-":
                t.properties.update(self.types[t.base].properties)
            for p in t.own:
                known = t.properties.get(p.name)
                if p.kind == "e" and known and known.values:  # a descendant adds values
                    p.values = known.values + [v for v in p.values if v not in known.values]
                t.properties[p.name] = p
            t.properties.setdefault("Id", Property("Id", "l"))
            self.types[t.name] = t
        self.sets = {t.set: t for t in self.types.values() if t.set != "-"}

    def is_a(self, name, base):
        while name != "-":
            if name == base:
                return True
            name = self.types[name].base
        return False

    def root(self, name):
        while self.types[name].base != "-":
            name = self.types[name].base
        return name

    def dto(self, name, solution):
        return f"Sungero.IntegrationService.Models.Generated.{solution or self.types[name].module}.I{name}Dto"

    def metadata(self, functions, style, solution):
        """style: `import` (Action and ActionImport of its bare name), `schema` (one schema per module, without imports), `path`
        (imports named Module/Name), `flat` (no base types), `prefixed` (another prefix and quotes, a byte order mark),
        `platform` (types of the platform are only named)."""
        platform = {t.name for t in self.types.values() if t.module in ("Content", "CoreEntities", "Workflow")}
        edm = {"s": "Edm.String", "x": "Edm.String", "e": "Edm.String", "i": "Edm.Int32", "l": self.ids, "d": "Edm.Double",
               "b": "Edm.Boolean", "t": "Edm.DateTimeOffset", "g": "Edm.Guid"}
        schemas, imports = {}, []
        for t in self.types.values():
            namespace, name = self.dto(t.name, solution).rsplit(".", 1)
            body = "".join(
                f'<NavigationProperty Name="{p.name}" Type="{self.dto(p.target, solution)}"/>' if p.kind == ">" else
                f'<NavigationProperty Name="{p.name}" Type="Collection({self.dto(p.target, solution)})"/>' if p.kind == "[" else
                f'<NavigationProperty Name="{p.name}" Type="Sungero.IntegrationService.Models.IBinaryDataDto"/>' if p.kind == "%" else
                f'<Property Name="{p.name}" Type="{edm[p.kind]}"/>' for p in (t.own if style != "flat" else [p for p in t.properties.values() if p.name != "Id"])
                if style != "platform" or t.name not in platform)
            base = f' BaseType="{self.dto(t.base, solution)}"' if t.base != "-" and style != "flat" else ""
            key = "" if base else f'<Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="{self.ids}" Nullable="false"/>'
            schemas.setdefault(namespace, []).append(f'<EntityType Name="{name}"{base}>{key}{body}</EntityType>')
            if t.set != "-":
                imports.append(f'<EntitySet Name="{t.set}" EntityType="{namespace}.{name}"/>')
        for (module, name), f in functions.items():
            word = "Function" if f.method == "GET" else "Action"
            kinds = {"long": self.ids, "string": "Edm.String", "time": "Edm.DateTimeOffset", "longs": f"Collection({self.ids})", "guid": "Edm.Guid",
                     "bool": "Edm.Boolean"}
            parameters = "".join(f'<Parameter Name="{n}" Type="{kinds[k.rstrip("?")]}"/>' for n, k in f.parameters.items())
            answer = f'<ReturnType Type="{kinds[f.returns]}"/>' if f.returns else ""
            namespace = module if style == "schema" else "Sungero.IntegrationService"
            schemas.setdefault(namespace, []).append(f'<{word} Name="{name}">{parameters}{answer}</{word}>')
            if style != "schema":
                seen = f"{module}/{name}" if style == "path" else name
                imports.append(f'<{word}Import Name="{seen}" {word}="{namespace}.{name}"/>')
        container = f'<EntityContainer Name="Container">{"".join(imports)}</EntityContainer>'
        schemas.setdefault("Sungero.IntegrationService", []).append(container)
        body = "".join(f'<Schema Namespace="{n}" xmlns="http://docs.oasis-open.org/odata/ns/edm">{"".join(s)}</Schema>' for n, s in schemas.items())
        if style == "prefixed":
            body = re.sub(r"<(/?)(\w)", r"<\1e:\2", body).replace(' xmlns="', ' xmlns:e="').replace('"', "'")
            return "\ufeff<Edmx xmlns='http://docs.oasis-open.org/odata/ns/edmx' Version='4.0'><DataServices>" + body + "</DataServices></Edmx>"
        return ('<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
                f"<edmx:DataServices>{body}</edmx:DataServices></edmx:Edmx>")


TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)$")
DATE = re.compile(r"\d{4}-\d\d-\d\d$")
