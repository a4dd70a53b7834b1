import { BlockList, isIP } from "node:net";

/**
 * Says where events may be sent. A platform on somebody's machine that sends requests wherever it is told would be a way
 * into their network, so it sends to the machine itself, and to hosts that whoever started it has named.
 */
export interface Targets {
  /** Why nothing may be sent to a URL; undefined if it may. */
  refusal(url: string): string | undefined;
  /** Whether the address that the host of a permitted URL has just now may be connected to. */
  allowsAddress(host: string, address: string): boolean;
}

const loopback = blockList([
  ["127.0.0.0", 8, "ipv4"],
  ["::1", 128, "ipv6"],
]);

/** Addresses that no name has rightly: where clouds answer with credentials, and those of nobody and of everybody. */
const never = blockList([
  ["0.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["255.255.255.255", 32, "ipv4"],
  ["::", 128, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
  // Amazon's and Google's metadata services, which are no link-local addresses in IPv6.
  ["fd00:ec2::254", 128, "ipv6"],
  ["fd20:ce::254", 128, "ipv6"],
]);

/** @param allowedHosts - host names and addresses beyond the machine itself, as a URL spells them */
export function createTargets(allowedHosts: readonly string[]): Targets {
  const allowed = new Set(allowedHosts);
  const isLocal = (host: string) => host === "localhost" || contains(loopback, unbracketed(host));

  return {
    refusal(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) return "is no http(s) URL";
      if (url.username || url.password) return "has a user or a password in it";
      if (url.hash) return "has a fragment, which would not be sent";
      if (isLocal(url.hostname) || allowed.has(url.hostname)) return undefined;
      return (
        "is not on this machine. The platform sends to localhost, 127.0.0.0/8 and [::1], and to hosts that it is " +
        "started with: `fermion local --webhook-host HOST`, or the option `webhookHosts`"
      );
    },
    allowsAddress(host, address) {
      if (isLocal(host)) return contains(loopback, address);
      // Named as an address, it is what whoever started the platform wants.
      return allowed.has(host) && (isIP(unbracketed(host)) !== 0 || !contains(never, address));
    },
  };
}

function blockList(subnets: readonly (readonly [string, number, "ipv4" | "ipv6"])[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix, family] of subnets) list.addSubnet(address, prefix, family);
  return list;
}

/** An IPv4 address in IPv6's clothes is found by what it is. */
function contains(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** URLs have IPv6 addresses in brackets. */
function unbracketed(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
