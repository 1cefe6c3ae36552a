// Loaded into an n8n by NODE_OPTIONS=--require: TLS connections to other machines end at the fake hosts of this one, whose
// port is KAIRON_FAKE_TLS_PORT. Its certificate is nobody's, so NODE_TLS_REJECT_UNAUTHORIZED=0 belongs to it.
const net = require('net');
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (options && typeof options === 'object' && Number(options.port) === 443) {
    options.host = '127.0.0.1';
    options.port = Number(process.env.KAIRON_FAKE_TLS_PORT);
  }
  return connect.apply(this, args);
};
