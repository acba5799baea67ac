// Not compiled by us: see README.md. Contract: docs/directum-module.md, «Уведомления».
using System;
using Sungero.Core;

namespace Sedlink.SedlinkConnector.Server
{
  public class ModuleAsyncHandlers
  {
    /// <summary>Sends a notification; what is not taken is sent again after 1, 5 and 30 minutes, then dropped.</summary>
    /// <param name="args">EventName: string, EntityId: long (parameters of the handler SendNotification).</param>
    public virtual void SendNotification(Sedlink.SedlinkConnector.Server.AsyncHandlerInvokeArgs.SendNotificationInvokeArgs args)
    {
      args.Retry = false;
      if (Functions.Module.TrySendNotification(args.EventName, args.EntityId))
        return;
      // RetryIteration is 0 in the first run; where it begins at 1, subtract one.
      var pauses = new[] { 1, 5, 30 };
      if (args.RetryIteration >= pauses.Length)
        return;
      args.Retry = true;
      args.NextRetryTime = Calendar.Now.AddMinutes(pauses[args.RetryIteration]);
    }
  }
}
