// Not compiled by us: see README.md. Contract: docs/directum-module.md (names, parameters, answers, errors).
// Runs with the rights of the caller; raises none. An exception's text becomes the body of a 400.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using Sungero.Core;
using Sungero.CoreEntities;
using Sungero.Docflow;
using Sungero.Workflow;

namespace Sedlink.SedlinkConnector.Server
{
  public class ModuleFunctions
  {
    [Public(WebApiRequestType = RequestType.Get)]
    public string GetConnectorVersion()
    {
      return Constants.Module.ContractVersion;
    }

    /// <summary>Signatures of every version, oldest first, as the JSON of the contract.</summary>
    [Public(WebApiRequestType = RequestType.Get)]
    public string GetDocumentSignatures(long documentId)
    {
      var document = OfficialDocuments.GetAll(d => d.Id == documentId).FirstOrDefault();
      if (document == null)
        throw AppliedCodeException.Create(string.Format("Get signatures. Document with ID ({0}) not found.", documentId));

      var json = new StringBuilder("[");
      foreach (var version in document.Versions.OrderBy(v => v.Number))
      {
        foreach (var signature in Signatures.Get(version).OrderBy(s => s.SigningDate))
        {
          if (json.Length > 1)
            json.Append(',');
          var certificate = signature.SignCertificate;
          var bytes = certificate == null ? null : signature.GetDataSignature();
          json.Append('{');
          json.AppendFormat(CultureInfo.InvariantCulture, "\"id\":{0},", signature.Id);
          json.AppendFormat(CultureInfo.InvariantCulture, "\"versionId\":{0},", version.Id);
          json.AppendFormat(CultureInfo.InvariantCulture, "\"versionNumber\":{0},", version.Number ?? 0);
          json.AppendFormat("\"type\":{0},", Quote(TypeName(signature.SignatureType)));
          json.AppendFormat("\"signatory\":{0},", Quote(signature.SignatoryFullName));
          json.AppendFormat("\"substituted\":{0},", Quote(signature.SubstitutedUserFullName));
          json.AppendFormat("\"signedAt\":{0},", Quote(Utc(signature.SigningDate)));
          json.AppendFormat("\"comment\":{0},", Quote(signature.Comment ?? string.Empty));
          json.AppendFormat("\"subject\":{0},", Quote(certificate == null ? null : certificate.Subject));
          json.AppendFormat("\"thumbprint\":{0},", Quote(certificate == null ? null : certificate.Thumbprint));
          json.AppendFormat("\"isValid\":{0},", signature.IsValid ? "true" : "false");
          json.AppendFormat("\"data\":{0}", Quote(bytes == null ? null : Convert.ToBase64String(bytes)));
          json.Append('}');
        }
      }
      return json.Append(']').ToString();
    }

    /// <summary>The approval sheet report as PDF in base64; empty while there is nothing to report.</summary>
    [Public(WebApiRequestType = RequestType.Get)]
    public string GetApprovalSheetPdf(long documentId)
    {
      var document = OfficialDocuments.GetAll(d => d.Id == documentId).FirstOrDefault();
      if (document == null)
        throw AppliedCodeException.Create(string.Format("Get approval sheet. Document with ID ({0}) not found.", documentId));
      if (!document.HasVersions || !Signatures.Get(document.LastVersion).Any())
        return string.Empty;

      var report = Sungero.Docflow.Reports.GetApprovalSheetReport();
      report.Document = document;
      using (var stream = new MemoryStream())
      {
        report.ExportTo(stream, ReportExportFormat.Pdf);
        return Convert.ToBase64String(stream.ToArray());
      }
    }

    /// <summary>Aborts a task of any of the four kinds. An aborted one is success: a repeat does no harm.</summary>
    [Public(WebApiRequestType = RequestType.Post)]
    public void AbortApprovalTask(long taskId, string reason)
    {
      var task = Tasks.GetAll(t => t.Id == taskId).FirstOrDefault();
      if (task == null)
        throw AppliedCodeException.Create(string.Format("Abort task. Task with ID ({0}) not found.", taskId));
      if (task.Status == Task.Status.Aborted)
        return;
      if (task.Status == Task.Status.Completed)
        throw AppliedCodeException.Create(string.Format("Abort task. Task with ID ({0}) is already completed.", taskId));
      if (task.Status == Task.Status.Draft)
        throw AppliedCodeException.Create(string.Format("Abort task. Task with ID ({0}) is not started.", taskId));
      if (!task.AccessRights.CanUpdate())
        throw AppliedCodeException.Create(string.Format("Abort task. No rights to abort task with ID ({0}).", taskId));

      var byRule = ApprovalTasks.As(task);
      if (byRule != null)
        byRule.AbortingReason = Cut(reason, byRule.Info.Properties.AbortingReason.Length);
      var byProcess = Sungero.DocflowApproval.DocumentFlowTasks.As(task);
      if (byProcess != null)
        byProcess.AbortingReason = Cut(reason, byProcess.Info.Properties.AbortingReason.Length);
      task.Abort();
    }

    [Public(WebApiRequestType = RequestType.Post)]
    public void SetNotificationTarget(string url, string token)
    {
      Sungero.Docflow.PublicFunctions.Module.InsertOrUpdateDocflowParam(Constants.Module.NotificationUrlKey, url ?? string.Empty);
      Sungero.Docflow.PublicFunctions.Module.InsertOrUpdateDocflowParam(Constants.Module.NotificationTokenKey, token ?? string.Empty);
    }

    /// <summary>To be called from the "after save" handlers of the solution's overrides of tasks and assignments.</summary>
    [Public]
    public void NotifyTaskChanged(long taskId)
    {
      Notify("TaskChanged", taskId);
    }

    /// <summary>To be called from the "after save" handler of the solution's override of OfficialDocument.</summary>
    [Public]
    public void NotifyDocumentChanged(long documentId)
    {
      Notify("DocumentChanged", documentId);
    }

    // Never in the transaction of whoever saves: an asynchronous handler sends it, and again when it is not taken.
    private static void Notify(string eventName, long entityId)
    {
      if (string.IsNullOrEmpty(Target()))
        return;
      var handler = AsyncHandlers.SendNotification.Create();
      handler.EventName = eventName;
      handler.EntityId = entityId;
      handler.ExecuteAsync();
    }

    /// <summary>One attempt. True when it was taken, or when nobody wants notifications any more.</summary>
    public virtual bool TrySendNotification(string eventName, long entityId)
    {
      var url = Target();
      if (string.IsNullOrEmpty(url))
        return true;
      var form = new Dictionary<string, string>
      {
        { "event", eventName },
        { "token", Sungero.Docflow.PublicFunctions.Module.Remote.GetDocflowParamsStringValue(Constants.Module.NotificationTokenKey) },
        { eventName == "TaskChanged" ? "task_id" : "document_id", entityId.ToString(CultureInfo.InvariantCulture) }
      };
      try
      {
        using (var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) })
        using (var content = new FormUrlEncodedContent(form))
        using (var answer = client.PostAsync(url, content).Result)
          return (int)answer.StatusCode == 200;
      }
      catch (AggregateException)
      {
        return false; // no connection, no answer in time
      }
    }

    private static string Target()
    {
      return Sungero.Docflow.PublicFunctions.Module.Remote.GetDocflowParamsStringValue(Constants.Module.NotificationUrlKey);
    }

    private static string TypeName(SignatureType type)
    {
      if (type == SignatureType.Approval)
        return "Approval";
      return type == SignatureType.Endorsing ? "Endorsing" : "NotEndorsing";
    }

    private static string Utc(DateTime time)
    {
      return time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }

    private static string Cut(string text, int? length)
    {
      if (text == null || length == null || text.Length <= length.Value)
        return text;
      return text.Substring(0, length.Value);
    }

    // A JSON string; null is null.
    private static string Quote(string text)
    {
      if (text == null)
        return "null";
      var quoted = new StringBuilder("\"");
      foreach (var c in text)
      {
        if (c == '"' || c == '\\')
          quoted.Append('\\').Append(c);
        else if (c < ' ')
          quoted.AppendFormat(CultureInfo.InvariantCulture, "\\u{0:x4}", (int)c);
        else
          quoted.Append(c);
      }
      return quoted.Append('"').ToString();
    }
  }
}
