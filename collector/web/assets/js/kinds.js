// What an interface is, in words: by its kind, and of network cards by their names, which say it (en: Ethernet, wl: Wi-Fi,
// ww: mobile network; systemd.net-naming-scheme(7)).
const links = [[/^(wl|wifi|ath)/, 'Wi-Fi'], [/^(ww|usb|wwan)/, 'mobile network'], [/^(en|eth)/, 'Ethernet']];
const byName = new Set(['physical', 'virtual', 'veth', 'macvlan', 'ipvlan', '']);
const others = {
  wireguard: 'WireGuard tunnel', tun: 'tunnel', ipip: 'tunnel', sit: 'tunnel', gre: 'tunnel', vxlan: 'VXLAN', vlan: 'VLAN',
  bridge: 'bridge', bond: 'bond', team: 'team', ppp: 'dial-up (PPP)', loopback: 'loopback', dummy: 'dummy', wwan: 'mobile network',
};

export function kindWords(name, kind = '', inside = null) {
  const found = byName.has(kind) && links.find(([pattern]) => pattern.test(name));
  const word = found ? found[1] : others[kind] ?? { physical: 'network card', veth: 'virtual Ethernet' }[kind] ?? kind;
  return [word, inside && `inside ${inside}`].filter(Boolean).join(', ');
}
