export const Contact = ({ number }) => (
  <nav>
    <a href={`https://wa.me/${number}`}>Chat</a>
    <button onClick={() => window.open('https://api.whatsapp.com/send?phone=' + number)}>Chat</button>
  </nav>
);
