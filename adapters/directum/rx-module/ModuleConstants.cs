// Not compiled by us: see README.md. Contract: docs/directum-module.md.
using System;
using Sungero.Core;

namespace Sedlink.SedlinkConnector.Constants
{
  public static class Module
  {
    // Version of the contract, not of the product.
    [Public]
    public const string ContractVersion = "1.0";

    // Keys of the settings table (Sungero_Docflow_Params) that hold the notification target.
    public const string NotificationUrlKey = "SedlinkNotificationUrl";
    public const string NotificationTokenKey = "SedlinkNotificationToken";
  }
}
