// @vitest-environment node
import { expect, it } from "vitest";
import { mayConnect } from "./post";

it.each(["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"])("%s is public", (address) => {
  expect(mayConnect(address, "")).toBe(true);
});

const NOT_PUBLIC = `127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
  198.18.0.1 224.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:a00:1 ::7f00:1 fe80::1 fe80::1%eth0 fc00::1
  fd12:3456::1 ff02::1 64:ff9b::7f00:1 2002:7f00:1:: 2001::1 fec0::1 2001:db8::1 localhost example.com 0x7f.1 2130706433`;

it.each(NOT_PUBLIC.split(/\s+/))("%s is not the public internet, or no address", (address) => {
  expect(mayConnect(address, "")).toBe(false);
});

it("an admin allows single addresses and networks, and nothing beside them", () => {
  const allowed = "127.0.0.1, 10.1.0.0/16 fd00::/8";
  for (const address of ["127.0.0.1", "10.1.255.3", "fd12::1", "::ffff:10.1.0.1"]) expect(mayConnect(address, allowed)).toBe(true);
  for (const address of ["127.0.0.2", "10.2.0.1", "fc00::1", "192.168.0.1"]) expect(mayConnect(address, allowed)).toBe(false);
});

it.each(["all", "*", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "localhost"])("%s allows nothing", (allowed) => {
  expect(mayConnect("10.0.0.1", allowed)).toBe(false);
});
